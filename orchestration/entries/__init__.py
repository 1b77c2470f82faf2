"""What was entered on the dashboard, on its way into the warehouse and to the case system."""
