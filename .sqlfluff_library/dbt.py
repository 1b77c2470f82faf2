"""What dbt's cross-database macros are to the linter: calls of the same name."""


def __getattr__(name):
    return lambda *arguments: f"{name}({', '.join(str(argument) for argument in arguments)})"
