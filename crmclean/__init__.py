"""crmclean cleans client bases: it reads the export of any CRM and gives back one that can be trusted."""

__version__ = "0.1.0"
