"""Folders that hold report files: local, SFTP, S3."""
