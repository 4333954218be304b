package config

// ValidateExport judges pages.export_dir alone.
func (c Config) ValidateExport() error { return c.validateExport() }
