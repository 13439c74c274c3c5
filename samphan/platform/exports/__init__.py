"""Writing lists to files: whole and quick for the command line, streamed and in the reader's words for the browser."""

from samphan.platform.exports.files import export_to_file
from samphan.platform.exports.reading import (
    ChildSet,
    Export,
    ExportKind,
    ExportRefused,
    NotAllowed,
    announce,
    export_permission,
    exporting,
    on_export,
    register,
    use_member_names,
    use_record_labels,
)
from samphan.platform.exports.streams import stream_csv, write_xlsx

__all__ = [
    "ChildSet",
    "Export",
    "ExportKind",
    "ExportRefused",
    "NotAllowed",
    "announce",
    "export_permission",
    "export_to_file",
    "exporting",
    "on_export",
    "register",
    "stream_csv",
    "use_member_names",
    "use_record_labels",
    "write_xlsx",
]
