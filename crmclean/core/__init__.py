"""The things that flow through crmclean and what every layer may use."""
