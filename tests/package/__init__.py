"""Tests of editing somebody else's workbook; `books` makes the workbooks."""
