"""A stranger's file, looked at before anything parses it: what it is by content, and whether it may be opened.

Nothing here trusts a name, an extension or a declared size further than it can be checked; every refusal is one
sentence (locales, group `refused`). Parts of a zip are handed out whole, within a limit, without a DTD.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree import ElementTree

from dxlib.intake.sheets import Refused

MAX_FILE = 50_000_000  # bytes
MAX_PARTS = 5_000  # of a zip
MAX_UNPACKED = 128_000_000  # bytes, all parts together
MAX_RATIO, RATIO_FROM = 100, 16_000_000  # unpacked to packed, where unpacked is more than so many bytes
MAX_ROW, MAX_COLUMN, MAX_CELLS = 100_000, 1_000, 500_000
MAX_DECLARED = 5_000_000  # cells of a declared range
MAX_CELL_TEXT = 32_767  # what Excel holds in a cell

EXTENSIONS = {
    "xlsx": (".xlsx",),
    "xlsm": (".xlsm",),
    "xls": (".xls",),
    "ods": (".ods",),
    "docx": (".docx",),
    "csv": (".csv", ".tsv", ".txt"),
    "json": (".json",),
}
# What is recognised and not read, each with its own sentence in locales (refused.kind_...).
BY_NAME = ("pdf", "image", "xlsb", "doc", "docm", "pptx", "rtf", "html", "spreadsheet_xml", "archive", "template")
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = re.compile(r"\.(zip|7z|rar|gz|tar|xls[xmb]?|docx?|docm|ods|odt|jar)\Z", re.I)
_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_OUTSIDE = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>")


@dataclass(frozen=True)
class Container:
    """A file that may be opened: its bytes, what it is, and its parts when it is a zip."""

    file: str
    kind: str
    data: bytes
    parts: zipfile.ZipFile | None = None

    def names(self) -> list[str]:
        return self.parts.namelist() if self.parts else []

    def part(self, name: str) -> bytes:
        """The bytes of a part of the zip, whole."""
        try:
            with self.parts.open(name) as stream:
                data = stream.read(self.parts.getinfo(name).file_size + 1)  # the directory was checked; no byte more
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, KeyError, RuntimeError):
            raise Refused("damaged", file=self.file) from None
        if len(data) > MAX_UNPACKED:
            raise Refused("zip_bomb", file=self.file, size=_megabytes(len(data)))
        return data

    def xml(self, name: str) -> ElementTree.Element:
        """A part parsed, after a look for what XML must not hold here."""
        data = plain_xml(self.file, self.part(name))
        try:
            return ElementTree.fromstring(data)
        except (ElementTree.ParseError, ValueError, LookupError):
            raise Refused("damaged", file=self.file) from None


def plain_xml(file: str, data: bytes) -> bytes:
    """The XML as it is, when it declares no DTD (so no entity) and no encoding that could hide one."""
    declared = _ENCODING.match(data[:400])
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]
    if wide:
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise Refused("damaged", file=file) from None
        data = re.sub(r"\A\s*<\?xml.*?\?>", "", text, count=1, flags=re.S).encode()
    elif declared and declared[1].upper() not in (b"UTF-8", b"US-ASCII", b"ASCII"):
        raise Refused("damaged", file=file)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused("xml_entities", file=file)
    return data


def look(file: str, data: bytes) -> Container:
    """What a file is, by its content; Refused when it must not be opened.

    >>> look("a.csv", b"STT;Chi tieu").kind
    'csv'
    """
    extension = PurePath(file).suffix.lower()
    if not data:
        raise Refused("empty_file", file=file)
    if len(data) > MAX_FILE:
        raise Refused("too_large", file=file, size=_megabytes(len(data)), limit=_megabytes(MAX_FILE))
    parts = None
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        parts = _directory(file, data)
        kind = _kind_of_zip(file, parts)
    else:
        kind = _kind(file, data, extension)
    if kind in BY_NAME:
        raise Refused(f"kind_{kind}", file=file)
    if extension not in EXTENSIONS[kind]:
        raise Refused("wrong_extension", file=file, extension=extension or '""', kind=kind, right=EXTENSIONS[kind][0])
    found = Container(file, kind, data, parts)
    if parts:
        _refuse_outside(found)
    return found


def _directory(file: str, data: bytes) -> zipfile.ZipFile:
    """The zip's directory, checked: sizes, overlaps, names; nothing is unpacked yet."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if end < 0 or len(data) < end + 22:
        raise Refused("damaged", file=file)
    if int.from_bytes(data[end + 12 : end + 16], "little") > MAX_PARTS * 400:
        raise Refused("zip_bomb", file=file, size=_megabytes(len(data)))
    try:
        parts = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError, EOFError):
        raise Refused("damaged", file=file) from None
    infos = parts.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    ratio = unpacked > RATIO_FROM and unpacked > MAX_RATIO * len(data)
    if len(infos) > MAX_PARTS or unpacked > MAX_UNPACKED or ratio or packed > len(data):
        raise Refused("zip_bomb", file=file, size=_megabytes(unpacked))
    last = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < last:  # parts that share their bytes
            raise Refused("zip_bomb", file=file, size=_megabytes(unpacked))
        last = info.header_offset + info.compress_size
    names = [info.filename for info in infos]
    seen = {name.lower() for name in names}
    for name in names:
        path = name.replace("\\", "/")
        if path.startswith("/") or ":" in path or ".." in path.split("/") or "\x00" in path or len(path) > 500:
            raise Refused("zip_names", file=file, name=name[:60])
        if _ARCHIVES.search(path) and "embeddings/" not in path and len(names) > 1 and _is_office(seen):
            raise Refused("zip_names", file=file, name=name[:60])
    if len(seen) < len(names):
        raise Refused("zip_names", file=file, name=max(names, key=lambda name: names.count(name))[:60])
    if any(info.flag_bits & 1 for info in infos):
        raise Refused("password", file=file)
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise Refused("damaged", file=file)  # no office program packs otherwise, and other ways unpack without a limit
    return parts


def _is_office(names: set[str]) -> bool:
    return "[content_types].xml" in names or "mimetype" in names


def _kind_of_zip(file: str, parts: zipfile.ZipFile) -> str:
    inside = Container(file, "zip", b"", parts)
    names = set(parts.namelist())
    if "mimetype" in names:
        kind = inside.part("mimetype")[:200].decode("latin-1").strip()
        if kind == "application/vnd.oasis.opendocument.spreadsheet":
            if "META-INF/manifest.xml" in names and b"encryption-data" in inside.part("META-INF/manifest.xml"):
                raise Refused("password", file=file)
            if "content.xml" not in names:
                raise Refused("damaged", file=file)
            return "ods"
    if "[Content_Types].xml" not in names:
        return "archive"
    types = plain_xml(file, inside.part("[Content_Types].xml"))
    if b"sheet.binary" in types or "xl/workbook.bin" in names:
        return "xlsb"
    if b"spreadsheetml.template" in types or b"ms-excel.template" in types:
        return "template"
    if b"sheet.macroEnabled.main" in types:
        return "xlsm"
    if b"spreadsheetml.sheet.main" in types or "xl/workbook.xml" in names:
        return "xlsx"
    if b"ms-word.document.macroEnabled" in types:
        return "docm"
    if b"wordprocessingml.document.main" in types or "word/document.xml" in names:
        return "docx"
    return "pptx" if any(name.startswith("ppt/") for name in names) else "archive"


def _kind(file: str, data: bytes, extension: str) -> str:
    """What a file that is no zip is."""
    if data.startswith(_OLE):
        if _wide("EncryptedPackage") in data:
            raise Refused("password", file=file)
        if _wide("WordDocument") in data:
            return "doc"
        if _wide("Workbook") in data or _wide("Book") in data:
            return "xls"
        raise Refused("damaged" if extension == ".xls" else "unknown", file=file)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"BM") and data[6:10] == bytes(4):  # a bitmap; "BM01" begins many a CSV
        return "image"
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(!doctype html|html|head|meta|table|body|style)", head):
        return "html"
    if head.startswith(b"<?xml"):
        return "html" if b"<html" in head else "spreadsheet_xml"
    if extension in EXTENSIONS["json"]:
        return "json"
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and _binary(data):
        raise Refused("damaged" if extension in (".xlsx", ".xlsm", ".ods", ".docx", ".xls") else "unknown", file=file)
    return "csv"


def _binary(data: bytes) -> bool:
    """Whether bytes are no text in any encoding that people send (UTF-16 without a mark has one zero in two)."""
    sample = data[:65_536]
    zeros = sample.count(0)
    if zeros and max(sample[0::2].count(0), sample[1::2].count(0)) == zeros and zeros > len(sample) // 8:
        return False
    return any(code in sample for code in range(0x20) if code not in (9, 10, 11, 12, 13, 0x1A, 0x1B))


def _refuse_outside(found: Container) -> None:
    """Links to other files: their values would come from a place that nobody here has seen."""
    names = found.names()
    if found.kind == "ods":
        content = found.part("content.xml")
        if b"<table:table-source" in content or re.search(rb"formula=\"[^\"]*(&apos;|')file:", content):
            raise Refused("external_link", file=found.file)
        return
    if any(name.startswith("xl/externalLinks/") or name == "xl/connections.xml" for name in names):
        raise Refused("external_link", file=found.file)
    for name in names:
        if name.endswith(".rels"):
            for link in _OUTSIDE.findall(plain_xml(found.file, found.part(name))):
                if not re.search(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", link):
                    raise Refused("external_link", file=found.file)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 1e6))} MB"
