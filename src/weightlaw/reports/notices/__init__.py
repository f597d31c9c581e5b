"""The bundle that licences demand for a deployment: copies, notices, strings to display, and a checklist."""
