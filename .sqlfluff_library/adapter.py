"""What `adapter` is to the linter: a dispatched macro is shown as a call of the same name, which is all it needs where
a value stands."""

ELSEWHERE = {"reachable": "select * from {0}", "flag_codes": "flag"}
"""What stands for those that give no value: a query of its first argument, words of a name."""


def dispatch(name, package=None):
    if name in ELSEWHERE:
        return lambda *arguments, **named: ELSEWHERE[name].format(*arguments)
    return lambda *arguments, **named: f"{name}({', '.join(str(argument) for argument in arguments)})"
