"""What `adapter` is to the linter: a dispatched macro is shown as a call of the same name, which is all it needs."""


def dispatch(name, package=None):
    return lambda *arguments, **named: f"{name}({', '.join(str(argument) for argument in arguments)})"
