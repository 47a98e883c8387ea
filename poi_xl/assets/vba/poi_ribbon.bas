Attribute VB_Name = "poi_ribbon"
Option Explicit
' The callbacks of the tab POI. What Python runs is chosen here, never in a cell.

Private Const QUARTER As String = "Trimestre vigente"
Private Const TRAFFIC_LIGHT As String = "Semáforo"

Private shownTab As IRibbonUI  ' nothing after VBA lost its state: the tab then shows what it showed

Public Sub RibbonLoaded(ribbon As IRibbonUI)
    Set shownTab = ribbon
    TabLoaded
End Sub

' Shows on the tab what the settings say now.
Public Sub ShowSettings()
    If Not shownTab Is Nothing Then shownTab.Invalidate
End Sub

' --- when controls are enabled --------------------------------------------------------------------

Public Sub HasPlan(control As IRibbonControl, ByRef returnedVal As Variant)
    returnedVal = Not PlanCells() Is Nothing
End Sub

Public Sub HasSettings(control As IRibbonControl, ByRef returnedVal As Variant)
    returnedVal = Not PlanCells() Is Nothing And Not SettingCell(QUARTER) Is Nothing
End Sub

' --- buttons --------------------------------------------------------------------------------------

Public Sub Diagnose(control As IRibbonControl)
    If PythonAnswers() Then RunPoiMacro "diagnostico" Else MsgBox Diagnosis(), vbExclamation, "POI"
End Sub

Public Sub ShowHelp(control As IRibbonControl)
    If PythonAnswers() Then RunPoiMacro "ayuda" Else MsgBox HelpText(), vbInformation, "POI"
End Sub

Public Sub RunPoiMacro(pythonFunction As String)
    TryPythonAgain
    RunPython "from poi_xl.hosts import excel; excel." & pythonFunction & "()"
    ' The macro works with events off, so nothing told of what it wrote.
    If Not PlanCells() Is Nothing Then LookAgain PlanCells().Worksheet.Name, True
End Sub

Private Function PythonAnswers() As Boolean
    TryPythonAgain
    PythonAnswers = Not IsError(PoiAnswer("POI_INFO", Array()))
End Function

' What can be said without Python.
Private Function Diagnosis() As String
    Dim bits As String
    #If Win64 Then
        bits = "64 bits"
    #Else
        bits = "32 bits"
    #End If
    Diagnosis = "Python no responde." & vbCrLf & vbCrLf & PythonProblem() & vbCrLf & vbCrLf & _
        "Excel " & Application.Version & " de " & bits & ", xlwings " & XLWINGS_VERSION & vbCrLf & _
        "Intérprete: " & GetConfig("INTERPRETER_WIN", "(el del sistema)") & vbCrLf & vbCrLf & _
        "Cierre Excel, ejecute «poi-xl instalar» y abra el libro de nuevo."
End Function

' --- drop-downs -----------------------------------------------------------------------------------

Public Sub QuarterShown(control As IRibbonControl, ByRef returnedVal As Variant)
    returnedVal = 0
    If SettingCell(QUARTER) Is Nothing Then Exit Sub
    returnedVal = CLng(Val(CStr(SettingCell(QUARTER).Value2)))
    If returnedVal < 0 Or returnedVal > 4 Then returnedVal = 0
End Sub

' The items are 0, as the plan says, and the quarters 1 to 4.
Public Sub QuarterChosen(control As IRibbonControl, selectedId As String, selectedIndex As Integer)
    If selectedIndex = 0 Then ChangeSetting QUARTER, Empty Else ChangeSetting QUARTER, selectedIndex
End Sub

Public Sub LightCount(control As IRibbonControl, ByRef returnedVal As Variant)
    returnedVal = TrafficLights().Count
End Sub

Public Sub LightLabel(control As IRibbonControl, index As Integer, ByRef returnedVal As Variant)
    returnedVal = TrafficLights().Item(index + 1)
End Sub

Public Sub LightShown(control As IRibbonControl, ByRef returnedVal As Variant)
    Dim i As Long
    returnedVal = -1
    If SettingCell(TRAFFIC_LIGHT) Is Nothing Then Exit Sub
    For i = 1 To TrafficLights().Count
        If TrafficLights().Item(i) = CStr(SettingCell(TRAFFIC_LIGHT).Value2) Then returnedVal = i - 1
    Next i
End Sub

Public Sub LightChosen(control As IRibbonControl, selectedId As String, selectedIndex As Integer)
    ChangeSetting TRAFFIC_LIGHT, TrafficLights().Item(selectedIndex + 1)
End Sub

' The names in the table of traffic lights, each once.
Private Function TrafficLights() As Collection
    Dim cell As Range
    Set TrafficLights = New Collection
    If SettingsCells() Is Nothing Then Exit Function
    On Error Resume Next  ' a name that is there already is not added twice
    For Each cell In SettingsCells().Columns(1).Cells
        If BelongsToLight(cell) Then TrafficLights.Add CStr(cell.Value2), CStr(cell.Value2)
    Next cell
End Function

' A line of the table: a name and a state, below the table's headings.
Private Function BelongsToLight(cell As Range) As Boolean
    Dim headings As Variant
    headings = Application.Match("Estado", cell.Worksheet.Columns(2), 0)
    If IsError(headings) Then Exit Function
    BelongsToLight = cell.Row > headings And Len(cell.Value2) > 0 And Len(cell.Offset(0, 1).Value2) > 0
End Function

' Writes a setting as if it were typed; the events do the rest.
Private Sub ChangeSetting(label As String, value As Variant)
    On Error GoTo Failed
    SettingCell(label).Value2 = value
    Exit Sub
Failed:
    MsgBox "No se pudo cambiar «" & label & "»: " & Err.Description & vbCrLf & _
        "Revise si la hoja Configuración está protegida.", vbExclamation, "POI"
    ShowSettings
End Sub
