"""Editing the package of somebody else's workbook: what is not ours stays byte for byte."""
