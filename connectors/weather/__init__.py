"""Weather forecasts."""
