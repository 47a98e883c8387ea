Attribute VB_Name = "poi_book"
Option Explicit
Option Private Module
' Which workbook the functions and the tab are about: the one whose cell is being calculated, else
' the one that an event comes from, else the active one.

Private ears As poi_events  ' nothing at first, and after VBA lost its state
Private attended As Workbook

Public Function TheBook() As Workbook
    Listen
    If TypeName(Application.Caller) = "Range" Then
        Set TheBook = Application.Caller.Worksheet.Parent
    ElseIf Not attended Is Nothing Then
        Set TheBook = attended
    Else
        Set TheBook = Application.ActiveWorkbook
    End If
End Function

Private Sub Listen()
    If Not ears Is Nothing Then Exit Sub
    Set ears = New poi_events
    ears.Hear Application
End Sub

' Says which workbook an event comes from; nothing once it has been answered.
Public Sub Attend(book As Workbook)
    Set attended = book
End Sub

Public Sub TabLoaded()
    Listen
End Sub
