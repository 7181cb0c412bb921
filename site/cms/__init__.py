"""The public site's pages, their building blocks, pictures, live figures and publishing."""
