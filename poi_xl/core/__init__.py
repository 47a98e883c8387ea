"""The pure core: plan, periods, indicators, traffic light, checks and summary tables.

No files, no clock, no locale. Everything here takes values and returns values.
"""
