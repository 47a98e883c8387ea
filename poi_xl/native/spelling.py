r"""Formulas as Excel in Spanish spells them, and back to the spelling of files.

Files hold English names and commas whatever Excel shows. Peru writes the decimal point and parts
arguments with `;`. In array constants Excel in Spanish then has `;` between rows and `\` between
columns; as that depends on the computer, formulas made for pasting have none.
"""

from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from poi_xl.native.calls import UNREADABLE, FormulaError

# What we write, and the functions that people's own formulas mostly use.
_FUNCTIONS: Final = {
    "ABS": "ABS", "AND": "Y", "AVERAGE": "PROMEDIO", "AVERAGEIF": "PROMEDIO.SI",
    "AVERAGEIFS": "PROMEDIO.SI.CONJUNTO", "CEILING": "MULTIPLO.SUPERIOR", "CHAR": "CARACTER",
    "CHOOSE": "ELEGIR", "COLUMN": "COLUMNA", "COLUMNS": "COLUMNAS", "CONCATENATE": "CONCATENAR",
    "COUNT": "CONTAR", "COUNTA": "CONTARA", "COUNTBLANK": "CONTAR.BLANCO", "COUNTIF": "CONTAR.SI",
    "COUNTIFS": "CONTAR.SI.CONJUNTO", "DATE": "FECHA", "DAY": "DIA", "EXACT": "IGUAL",
    "FALSE": "FALSO", "FIND": "ENCONTRAR", "FLOOR": "MULTIPLO.INFERIOR", "HLOOKUP": "BUSCARH",
    "HYPERLINK": "HIPERVINCULO", "IF": "SI", "IFERROR": "SI.ERROR", "INDEX": "INDICE",
    "INDIRECT": "INDIRECTO", "INT": "ENTERO", "ISBLANK": "ESBLANCO", "ISERROR": "ESERROR",
    "ISNA": "ESNOD", "ISNUMBER": "ESNUMERO", "ISTEXT": "ESTEXTO", "LARGE": "K.ESIMO.MAYOR",
    "LEFT": "IZQUIERDA", "LEN": "LARGO", "LOOKUP": "BUSCAR", "LOWER": "MINUSC",
    "MATCH": "COINCIDIR",
    "MAX": "MAX", "MEDIAN": "MEDIANA", "MID": "EXTRAE", "MIN": "MIN", "MOD": "RESIDUO",
    "MONTH": "MES", "NA": "NOD", "NOT": "NO", "NOW": "AHORA", "OFFSET": "DESREF", "OR": "O",
    "PRODUCT": "PRODUCTO", "PROPER": "NOMPROPIO", "RANK": "JERARQUIA", "REPT": "REPETIR",
    "REPLACE": "REEMPLAZAR", "RIGHT": "DERECHA", "ROUND": "REDONDEAR",
    "ROUNDDOWN": "REDONDEAR.MENOS", "ROUNDUP": "REDONDEAR.MAS", "ROW": "FILA", "ROWS": "FILAS",
    "SEARCH": "HALLAR", "SIGN": "SIGNO", "SMALL": "K.ESIMO.MENOR", "SUBSTITUTE": "SUSTITUIR",
    "SUBTOTAL": "SUBTOTALES", "SUM": "SUMA", "SUMIF": "SUMAR.SI", "SUMIFS": "SUMAR.SI.CONJUNTO",
    "SUMPRODUCT": "SUMAPRODUCTO", "TEXT": "TEXTO", "TODAY": "HOY", "TRANSPOSE": "TRANSPONER",
    "TRIM": "ESPACIOS", "TRUE": "VERDADERO", "TRUNC": "TRUNCAR", "UPPER": "MAYUSC",
    "VALUE": "VALOR", "VLOOKUP": "BUSCARV", "WEEKDAY": "DIASEM", "YEAR": "AÑO",
}  # fmt: skip
_WORDS: Final = {
    "TRUE": "VERDADERO", "FALSE": "FALSO", "#N/A": "#N/D", "#VALUE!": "#¡VALOR!",
    "#REF!": "#¡REF!", "#DIV/0!": "#¡DIV/0!", "#NAME?": "#¿NOMBRE?", "#NUM!": "#¡NUM!",
    "#NULL!": "#¡NULO!",
}  # fmt: skip
_ENGLISH: Final = {spanish: english for english, spanish in _FUNCTIONS.items()}
_ENGLISH_WORDS: Final = {spanish: english for english, spanish in _WORDS.items()}
_ERRORS: Final = {word: text for word, text in _ENGLISH_WORDS.items() if word.startswith("#")}
# Spellings that people use too: with its accent, as newer versions show them.
_ENGLISH_TOO: Final = {"ÍNDICE": "INDEX", "DÍA": "DAY", "MAYÚSC": "UPPER", "MINÚSC": "LOWER"}


def spanish(formula: str) -> str:
    r"""Return a formula of a file as Excel in Spanish shows it; names it does not know stay.

    Example:
        >>> spanish('IF(SUM(POI!F5:H5)>0,{1,2;3,4},NA())')
        'SI(SUMA(POI!F5:H5)>0;{1\\2;3\\4};NOD())'
    """
    return "".join(_in_spanish(token, depth) for token, depth in _tokens(formula))


def english(formula: str) -> str:
    """Return a formula that a person wrote, in either spelling, as files hold it.

    Example:
        >>> english('SI(POI_AVANCE(A5;"I TRIM")>1;"sí; claro";VERDADERO)')
        'IF(POI_AVANCE(A5,"I TRIM")>1,"sí; claro",TRUE)'
        >>> english("POI_AVANCE(A5,1)")
        'POI_AVANCE(A5,1)'
    """
    words = _words(formula)
    separated = [_with_commas(text) if is_sign else text for text, is_sign in words]
    tokens = _tokens("".join(separated))
    return "".join(_in_english(token) for token, _ in tokens)


def _with_commas(text: str) -> str:
    for word, error in _ERRORS.items():
        text = text.replace(word, error)
    return text.replace(";", ",")


def _words(formula: str) -> list[tuple[str, bool]]:
    """A formula cut into what is quoted or in braces, and the signs and names in between."""
    parts: list[tuple[str, bool]] = []
    text, closing = "", ""
    for letter in formula:
        if closing:
            text += letter
            if letter == closing:
                parts.append((_array(text), False))
                text, closing = "", ""
        elif letter in "\"'{[":
            parts.append((text, True))
            text, closing = letter, {"{": "}", "[": "]"}.get(letter, letter)
        else:
            text += letter
    return [*parts, (text, not closing)]


def _array(text: str) -> str:
    return text.replace("\\", ",") if text.startswith("{") else text


def _tokens(formula: str) -> list[tuple[Token, int]]:
    """The tokens of a formula, each with whether it stands within an array constant."""
    sign = "=" if formula.startswith("=") else ""
    try:
        tokens = Tokenizer(f"={formula.removeprefix('=')}").items
    except (TokenizerError, IndexError) as error:
        raise FormulaError(UNREADABLE) from error
    found, depth = [(Token(sign, Token.WSPACE), 0)], 0
    for token in tokens:
        depth += (token.type == Token.ARRAY) * (1 if token.subtype == Token.OPEN else -1)
        found.append((token, depth))
    return found


def _in_spanish(token: Token, depth: int) -> str:
    text = str(token.value)
    if token.type == Token.FUNC and token.subtype == Token.OPEN:
        return f"{_FUNCTIONS.get(text[:-1].upper(), text[:-1])}("
    if token.type == Token.SEP and depth:
        return "\\" if text == "," else text
    if text == ",":
        return ";"
    is_word = token.type == Token.OPERAND and token.subtype in (Token.LOGICAL, Token.ERROR)
    return _WORDS.get(text.upper(), text) if is_word else text


def _in_english(token: Token) -> str:
    text = str(token.value)
    if token.type == Token.FUNC and token.subtype == Token.OPEN:
        name = text[:-1].upper()
        return f"{_ENGLISH.get(name) or _ENGLISH_TOO.get(name) or text[:-1]}("
    return _ENGLISH_WORDS.get(text.upper(), text) if token.type == Token.OPERAND else text
