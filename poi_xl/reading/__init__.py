"""Reading: from a workbook of any layout to the plan, the settings and what people typed.

Everything about cells is a pure function from a grid of values; only `workbook`, `owned` and
`sheetxml` know files. What is wrong in the cells comes back as problems, never as exceptions.
"""
