"""Which problems a user may accept knowingly, and then the command goes on.

In a module of its own because ``-h`` shows it, and must answer at once.
"""

_WITH_SUMMARIES = ("actualizar", "distribuir", "importar", "abrir-trimestre")

# The verbs of the command line that may meet each code; of some, only hosts with windows do.
CONSENT: dict[str, tuple[str, ...]] = {
    "POI-E10": (*_WITH_SUMMARIES, "incorporar"),
    "POI-E13": _WITH_SUMMARIES,
    "POI-E50": (
        *("distribuir", "comparar", "consolidar", "fichas", "construir", "incorporar"),
        "retirar",
    ),
    "POI-E59": (),
    "POI-E70": ("instalar",),
    "POI-E95": (),
    "POI-E120": ("abrir-trimestre",),
    "POI-E137": (),
}


def acceptable(verb: str) -> list[str]:
    """Return the codes that a verb lets the user accept.

    Example:
        >>> acceptable("instalar"), acceptable("revisar")
        (['POI-E70'], [])
    """
    return [code for code, verbs in CONSENT.items() if verb in verbs]
