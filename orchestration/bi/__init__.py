"""What a BI tool is handed: the marts as their models describe them, in the tool's own form."""
