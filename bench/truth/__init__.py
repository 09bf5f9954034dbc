"""The truth test: simulated clinics whose true effect is known, through the real estimator."""
