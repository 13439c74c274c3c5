"""Where files of customers lie: a folder of the home, or a bucket that speaks S3 (SAMPHAN_FILES_URL)."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOLDER = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
EXAMPLE = "s3://bucket/folder?region=ap-southeast-1&endpoint=https://s3.example.com"


def file_storage(files_url: str | None, home: Path) -> dict[str, Any]:
    """The default entry of Django's STORAGES.

    Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the machine's own role, as every program for S3
    finds them. Nothing in the bucket is public, and no file gets another one's name.

    :raises ValueError: for an address that means nothing, with the reason.
    """
    if files_url is None:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": home / "files", **FOLDER},
        }
    parts = urlsplit(files_url)
    options = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    unknown = sorted(set(options) - {"region", "endpoint", "addressing"})
    if parts.scheme != "s3" or not parts.hostname or parts.username or unknown:
        raise ValueError(f"{unknown[0]} is not known" if unknown else "the bucket is missing, or holds a password")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "location": parts.path.strip("/"),
            "region_name": options.get("region"),
            "endpoint_url": options.get("endpoint"),
            "addressing_style": options.get("addressing", "path" if options.get("endpoint") else "auto"),
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
        },
    }
