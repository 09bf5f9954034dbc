"""Pure decisions: values in, values out, specified by tables. No clock, no input or output, no Prefect."""
