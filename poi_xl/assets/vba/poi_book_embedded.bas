Attribute VB_Name = "poi_book"
Option Explicit
Option Private Module
' Which workbook the functions and the tab are about: this one, that somebody else made. Its own
' modules are theirs, so its events are heard by a class of ours.

Private ears As poi_events  ' nothing at first, and after VBA lost its state

Public Function TheBook() As Workbook
    Set TheBook = ThisWorkbook
    If Not ears Is Nothing Then Exit Function
    Set ears = New poi_events
    ears.Hear ThisWorkbook
End Function

' The first thing that happens when the workbook is opened.
Public Sub TabLoaded()
    DataMoved
    DescribeFunctions
End Sub
