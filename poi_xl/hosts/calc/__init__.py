"""LibreOffice Calc as a host: functions in cells, the menu POI and its buttons."""
