"""Sheets drawn with XlsxWriter: the summaries that are regenerated, and the workbook we build."""
