"""`weightlaw.lock`: what was found of each model, kept so that it can be checked without asking and compared later."""
