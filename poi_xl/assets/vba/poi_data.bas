Attribute VB_Name = "poi_data"
Option Explicit
Option Private Module
' Where the plan and the settings are, and the data version: a number that moves when they do.

Private versions As New Dictionary  ' by workbook; blank: just started, or VBA lost its state
Private known As New Dictionary     ' the plan and the settings of each, as its version knows them
Private latest As Double            ' the version given last, to whichever workbook
Private settling As Boolean         ' cells are being calculated again because the data moved
Private allAsked As Boolean         ' every cell was calculated once since the start

' --- the data version -----------------------------------------------------------------------------

' A number that moves when the plan or the settings do, and is never used again.
Public Function DataVersion() As Double
    If Not WasAsked(TheBook().Name) Then DataMoved
    DataVersion = versions.Item(TheBook().Name)
End Function

' Whether a workbook has a version: nothing rests on the data of one that has none.
Public Function WasAsked(book As String) As Boolean
    WasAsked = versions.Exists(book)
End Function

' Looks at the plan and the settings; if they are not what they were, no answer counts any more.
Public Function DataMoved() As Boolean
    Dim found As String, book As String
    book = TheBook().Name
    found = CurrentData()
    If WasAsked(book) And found = known.Item(book) And Not PlanCells() Is Nothing Then Exit Function
    MoveVersion book, found
    DataMoved = True
End Function

' After an event: cells whose answers rested on other data are calculated again.
'
' Excel calculates before it tells of an edit, and tells nothing of what was written while events
' were off. So what counts is what the cells say now, not which event came first.
Public Sub LookAgain(sheetName As String, recalculate As Boolean)
    If settling Or Not HoldsData(sheetName) Then Exit Sub
    If Not DataMoved() Then Exit Sub
    ShowSettings
    If recalculate And Not PlanCells() Is Nothing Then Settle
End Sub

' Excel learns that a function is volatile by calling it. Stored answers were never asked for, so
' the first time every cell is calculated; without that they would go on showing the old data.
Private Sub Settle()
    settling = True
    On Error Resume Next
    If Not allAsked Then Application.CalculateFull
    If allAsked Then Application.Calculate
    allAsked = True
    settling = False
End Sub

' Python may remember versions of before VBA lost its state, so the clock takes part.
Private Sub MoveVersion(book As String, found As String)
    Dim moment As Double
    moment = Fix(CDbl(Now) * 86400#) * 1000#
    If moment > latest Then latest = moment Else latest = latest + 1
    versions.Item(book) = latest
    known.Item(book) = found
    ForgetAnswers
End Sub

' The plan's columns, with the title above and the totals below, and the sheet of settings.
Private Function CurrentData() As String
    Dim plan As Range
    Set plan = PlanCells()
    If Not plan Is Nothing Then Set plan = Application.Intersect(plan.EntireColumn, plan.Worksheet.UsedRange)
    CurrentData = SpelledRange(plan) & SpelledRange(SettingsCells())
End Function

Private Function SpelledRange(source As Range) As String
    Dim values As Variant
    If source Is Nothing Then Exit Function
    values = source.Value2
    If IsArray(values) Then SpelledRange = SpelledAll(values) Else SpelledRange = Spelled(values)
End Function

' Whether a sheet has the plan or the settings; any may, when nothing says where the plan is.
Private Function HoldsData(sheetName As String) As Boolean
    HoldsData = True
    If PlanCells() Is Nothing Then Exit Function
    If sheetName = PlanCells().Worksheet.Name Then Exit Function
    HoldsData = False
    If Not SettingsCells() Is Nothing Then HoldsData = (sheetName = SettingsCells().Worksheet.Name)
End Function

' --- places ---------------------------------------------------------------------------------------

' The plan's range: by its name, or the whole sheet that the settings say; nothing without both.
Public Function PlanCells() As Range
    Dim named As Range, sheet As Range
    On Error Resume Next
    Set named = TheBook().Names("POI_DATOS").RefersToRange
    Set sheet = TheBook().Worksheets(CStr(SettingCell("Hoja del plan").Value2)).UsedRange
    On Error GoTo 0
    Set PlanCells = named
    If sheet Is Nothing Then Exit Function
    If named Is Nothing Then
        Set PlanCells = sheet
    ElseIf named.Worksheet.Name <> sheet.Worksheet.Name Then
        Set PlanCells = sheet
    End If
End Function

' What is in use of the sheet of settings; nothing when the workbook has none.
Public Function SettingsCells() As Range
    On Error Resume Next
    Set SettingsCells = TheBook().Worksheets("Configuracion").UsedRange
    Set SettingsCells = TheBook().Worksheets("Configuración").UsedRange
End Function

' The cell beside a setting's label; nothing when the sheet has no such label.
Public Function SettingCell(label As String) As Range
    Dim place As Variant
    If SettingsCells() Is Nothing Then Exit Function
    place = Application.Match(label, SettingsCells().Worksheet.Columns(1), 0)
    If Not IsError(place) Then Set SettingCell = SettingsCells().Worksheet.Cells(place, 2)
End Function
