Attribute VB_Name = "poi_calls"
Option Explicit
Option Private Module
' What stands between a cell and Python: the answers already known, one server, real errors.

Private Const PYTHON_MODULE As String = "poi_xl.hosts.excel"
Private Const LONG_TEXT As Long = 200

Private python As Object        ' xlwings' server, once it has been reached
Private unreachable As String   ' why it could not be; blank while there is hope
Private answers As Dictionary   ' answer by question, while the data are the same
Private contents As Dictionary  ' number by long text, so that questions stay short

' --- answers --------------------------------------------------------------------------------------

' The answer for a cell: the one already known while the data are the same, else Python's.
Public Function PoiAnswer(functionName As String, arguments As Variant, _
        Optional remembered As Boolean = True) As Variant
    Dim values As Variant, found As Variant, question As String
    On Error GoTo Failed
    values = PlainValues(arguments)
    question = functionName & SpelledAll(values)
    If answers.Exists(question) Then
        found = answers.Item(question)
    Else
        found = WithErrors(AskPython(functionName, values))
        If remembered Then answers.Add question, found
    End If
    PoiAnswer = found
    Exit Function
Failed:
    PoiAnswer = Failure(Err.Number, Err.Description)
End Function

' A real error: text in the place of a number would be skipped by SUM without a word.
Private Function Failure(number As Long, description As String) As Variant
    ' What no cell can get past is not tried by each of them.
    If ServerDied(number) Or InStr(description, "No module named") > 0 Then NoPython description
    If Len(unreachable) > 0 Then Failure = CVErr(xlErrName) Else Failure = CVErr(xlErrValue)
End Function

' The arguments as Python takes them: values instead of ranges, and the data version last.
Private Function PlainValues(arguments As Variant) As Variant
    Dim values() As Variant, i As Long
    ReDim values(0 To UBound(arguments) + 1)
    For i = 0 To UBound(arguments)
        If IsObject(arguments(i)) Then values(i) = RangeValue(arguments(i)) Else values(i) = arguments(i)
    Next i
    values(UBound(values)) = DataVersion()
    PlainValues = values
End Function

Private Function RangeValue(ByVal source As Range) As Variant
    If source.Areas.Count > 1 Then
        ' Value2 would give the first area only, and a wrong number with it.
        RangeValue = CVErr(xlErrRef)
    Else
        ' Whole columns: a million rows are never all in use.
        If source.Rows.Count = source.Worksheet.Rows.Count Then
            Set source = Application.Intersect(source, source.Worksheet.UsedRange)
        End If
        If Not source Is Nothing Then RangeValue = source.Value2
    End If
End Function

' Forgets every answer, because the data moved.
Public Sub ForgetAnswers()
    Set answers = New Dictionary
    Set contents = New Dictionary
End Sub

' --- Python ---------------------------------------------------------------------------------------

Private Function AskPython(functionName As String, arguments As Variant) As Variant
    Dim number As Long, description As String
    On Error GoTo Failed
    AskPython = CallPython(functionName, arguments)
    Exit Function
Failed:
    number = Err.Number
    description = Err.Description
    If Not ServerDied(number) Then Err.Raise number, , description
    Resume Again
Again:
    On Error GoTo 0
    Set python = Nothing
    AskPython = CallPython(functionName, arguments)
End Function

Private Function CallPython(functionName As String, arguments As Variant) As Variant
    CallPython = Server().CallUDF(PYTHON_MODULE, functionName, arguments, TheBook(), Application.Caller)
End Function

' Python, held for the next call: xlwings reads all its settings each time that it is asked for.
Private Function Server() As Object
    On Error GoTo Failed
    If Len(unreachable) > 0 Then Err.Raise vbObjectError, , unreachable
    If python Is Nothing Then Set python = XLPy()
    Set Server = python
    Exit Function
Failed:
    NoPython Err.Description
    Err.Raise vbObjectError, , unreachable
End Function

' One failed start is enough: thousands of cells must not wait for one each.
Private Sub NoPython(reason As String)
    unreachable = reason
    If Len(unreachable) = 0 Then unreachable = "Python no responde."
    Application.StatusBar = "POI: Python no responde. Vea POI > Diagnóstico."
End Sub

' COM's ways of saying that the other process is gone, or went while it was answering.
Private Function ServerDied(number As Long) As Boolean
    Select Case number
        Case 462, -2147023174, -2147023170, -2147023169, -2147417848, -2147418094
            ServerDied = True
    End Select
End Function

' Why Python could not be reached; blank when it was, or was not needed yet.
Public Function PythonProblem() As String
    PythonProblem = unreachable
End Function

' Forgets that Python failed, because the user has asked for something that needs it.
Public Sub TryPythonAgain()
    unreachable = ""
    Set python = Nothing
    Application.StatusBar = False
End Sub

' --- values ---------------------------------------------------------------------------------------

' Python's answer with real errors in it, and blanks that do not show as 0.
Private Function WithErrors(ByVal values As Variant) As Variant
    Dim r As Long, c As Long
    If Not IsArray(values) Then
        WithErrors = RealValue(values)
        Exit Function
    End If
    For r = LBound(values) To UBound(values)
        If ColumnCount(values) = 0 Then
            values(r) = RealValue(values(r))
        Else
            For c = LBound(values, 2) To UBound(values, 2)
                values(r, c) = RealValue(values(r, c))
            Next c
        End If
    Next r
    WithErrors = values
End Function

Private Function RealValue(value As Variant) As Variant
    Dim mark As String
    mark = Chr$(1) & "POI:"
    RealValue = value
    If IsNull(value) Or IsEmpty(value) Then
        RealValue = ""
    ElseIf VarType(value) = vbString Then
        If Left$(value, Len(mark)) = mark Then RealValue = CVErr(CLng(Mid$(value, Len(mark) + 1)))
    End If
End Function

' A text for any value or matrix of values; values that differ never share it.
Public Function Spelled(value As Variant) As String
    Dim text As String
    If IsArray(value) Then
        Spelled = Numbered(SpelledAll(value))
    Else
        text = CStr(value)
        Spelled = VarType(value) & ":" & Len(text) & ":" & text
    End If
End Function

Public Function SpelledAll(values As Variant) As String
    Dim parts() As String, item As Variant, rowCount As Long, i As Long
    rowCount = UBound(values) - LBound(values) + 1
    ReDim parts(0 To rowCount * (ColumnCount(values) + 1))
    For Each item In values
        parts(i) = Spelled(item)
        i = i + 1
    Next item
    SpelledAll = "[" & rowCount & "x" & ColumnCount(values) & "]" & Join(parts, "")
End Function

' A long text's number, given anew with each data version.
Private Function Numbered(text As String) As String
    Numbered = text
    If Len(text) <= LONG_TEXT Then Exit Function
    If Not contents.Exists(text) Then contents.Add text, "#" & contents.Count
    Numbered = contents.Item(text)
End Function

' The columns of a matrix; 0 when it has one dimension only.
Private Function ColumnCount(values As Variant) As Long
    On Error Resume Next
    ColumnCount = UBound(values, 2) - LBound(values, 2) + 1
End Function
