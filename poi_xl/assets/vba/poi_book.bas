Attribute VB_Name = "poi_book"
Option Explicit
Option Private Module
' Which workbook the functions and the tab are about: this one, that has the macros.

Public Function TheBook() As Workbook
    Set TheBook = ThisWorkbook
End Function

' The events of this workbook are in its own module.
Public Sub TabLoaded()
End Sub
