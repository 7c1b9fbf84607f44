"""Where articles differ on the same point: values are compared, and differences of wording or precision left out."""
