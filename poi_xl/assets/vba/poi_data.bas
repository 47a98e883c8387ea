Attribute VB_Name = "poi_data"
Option Explicit
Option Private Module
' Where the plan and the settings are, and the data version: a number that moves when they do.

Private Const PLAN_NAME As String = "POI_DATOS"
Private Const SETTINGS_SHEET As String = "Configuración"
Private Const PLAN_SHEET As String = "Hoja del plan"

Private version As Double    ' 0: this project has just started, or lost its state
Private data As String       ' the plan and the settings, as this version knows them
Private settling As Boolean  ' cells are being calculated again because the data moved

' --- the data version -----------------------------------------------------------------------------

' A number that moves when the plan or the settings do, and is never used again.
Public Function DataVersion() As Double
    If version = 0 Then DataMoved
    DataVersion = version
End Function

' Looks at the plan and the settings; if they are not what they were, no answer counts any more.
Public Function DataMoved() As Boolean
    Dim found As String
    found = CurrentData()
    If version <> 0 And found = data And Not PlanCells() Is Nothing Then Exit Function
    data = found
    MoveVersion
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

Private Sub Settle()
    settling = True
    On Error Resume Next
    Application.Calculate
    settling = False
End Sub

' Python may remember versions of before VBA lost its state, so the clock takes part.
Private Sub MoveVersion()
    Dim moment As Double
    moment = Fix(CDbl(Now) * 86400#) * 1000#
    If moment > version Then version = moment Else version = version + 1
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
    Set named = ThisWorkbook.Names(PLAN_NAME).RefersToRange
    Set sheet = ThisWorkbook.Worksheets(CStr(SettingCell(PLAN_SHEET).Value2)).UsedRange
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
    Set SettingsCells = ThisWorkbook.Worksheets("Configuracion").UsedRange
    Set SettingsCells = ThisWorkbook.Worksheets(SETTINGS_SHEET).UsedRange
End Function

' The cell beside a setting's label; nothing when the sheet has no such label.
Public Function SettingCell(label As String) As Range
    Dim place As Variant
    If SettingsCells() Is Nothing Then Exit Function
    place = Application.Match(label, SettingsCells().Worksheet.Columns(1), 0)
    If Not IsError(place) Then Set SettingCell = SettingsCells().Worksheet.Cells(place, 2)
End Function
