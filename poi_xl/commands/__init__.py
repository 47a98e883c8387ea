"""Use cases: one for each ribbon button and each verb of the command line.

Hosts give them a workbook, the date and the ports of `ports.py`, and show what they return.
"""
