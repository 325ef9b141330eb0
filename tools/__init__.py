"""What builds and checks the project: translations, generated docs, the picture, the wheel."""
