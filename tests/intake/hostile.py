"""Files that mean harm, or that are not what they say: made here, byte by byte. No file of anyone's is copied."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import openpyxl

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{}"/>'
    "</Types>"
)
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    "{}</Relationships>"
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
CELL = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(parts: dict[str, bytes | str], compression=zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return written.getvalue()


def xlsx(sheet: str = SHEET.format(CELL), main: str = "sheet.main+xml", links: str = "", **more) -> bytes:
    """A small workbook with one sheet as given, and further parts."""
    parts = {
        "[Content_Types].xml": _TYPES.format(main),
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _LINKS.format(links),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped({**parts, **{name.replace("__", "/"): data for name, data in more.items()}})


def parts(more: dict[str, bytes | str], **options) -> bytes:
    """A small workbook with further parts of any name."""
    base = zipfile.ZipFile(io.BytesIO(xlsx(**options)))
    return zipped({**{name: base.read(name) for name in base.namelist()}, **more})


def bomb() -> bytes:
    """A sheet that unpacks to 200 MB."""
    return xlsx(SHEET.format("<sheetData>" + " " * 200_000_000 + "</sheetData>"))


def lying_bomb() -> bytes:
    """A part that unpacks to more than its directory says."""
    data = bytearray(xlsx(SHEET.format("<sheetData>" + " " * 60_000_000 + "</sheetData>")))
    wrong = struct.pack("<I", 1000)
    for at in range(len(data)):
        if data[at : at + 4] == b"PK\x01\x02" and b"sheet1.xml" in data[at + 46 : at + 80]:
            data[at + 24 : at + 28] = wrong
    return bytes(data)


def overlapping() -> bytes:
    """Many directory entries for the same bytes."""
    once = xlsx()
    start = once.index(b"PK\x01\x02")
    archive = zipfile.ZipFile(io.BytesIO(once))
    info = archive.getinfo("xl/worksheets/sheet1.xml")
    directory = once[start : once.rindex(b"PK\x05\x06")]
    extra = b""
    for number in range(50):
        name = f"xl/worksheets/more{number}.xml".encode()
        extra += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, info.CRC, info.compress_size, info.file_size,
            len(name), 0, 0, 0, 0, 0, info.header_offset,
        ) + name  # fmt: skip
    directory += extra
    count = len(archive.namelist()) + 50
    return (
        once[:start] + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    )


def one_part_many_sheets() -> bytes:
    """A workbook that names one part as each of its thousand sheets."""
    entries = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 1000))
    start, _, end = _BOOK.partition('<sheet name="S"')
    return parts({"xl/workbook.xml": start + entries + end[end.index("/>") + 2 :]})


def encrypted_zip() -> bytes:
    """A workbook whose parts carry the flag of zip encryption."""
    data = bytearray(xlsx())
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
        elif data[at : at + 4] == b"PK\x03\x04":
            data[at + 6] |= 1
    return bytes(data)


def wrong_crc() -> bytes:
    data = bytearray(xlsx())
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 16] ^= 0xFF
    return bytes(data)


def laughs(kind: str = "utf-8") -> str | bytes:
    """Entities within entities."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0" encoding="{kind}"?><!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>' + SHEET.format(
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData>'
    )
    return text.encode(kind)


def outside() -> str:
    """An entity that names a file."""
    return '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + SHEET.format(
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&f;</t></is></c></row></sheetData>'
    )


def rows(count: int, cell: str = "<c><v>1</v></c>") -> str:
    return SHEET.format("<sheetData>" + "".join(f"<row>{cell}</row>" for _ in range(count)) + "</sheetData>")


def ods(content: str, manifest: str = "<manifest/>") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    whole = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{content}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": whole, "META-INF/manifest.xml": manifest})


def docx(body: str, links: str = "", styles: str = "") -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    made = {
        "[Content_Types].xml": types,
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": _LINKS.format(links),
    }
    if styles:
        made["word/styles.xml"] = f'<w:styles xmlns:w="{word}">{styles}</w:styles>'
    return zipped(made)


def workbook(change=None) -> bytes:
    """A workbook written by openpyxl: two rows, as `change` leaves it."""
    book = openpyxl.Workbook()
    book.active.append(["STT", "Chỉ tiêu", "Thực hiện"])
    book.active.append([1, "Số xã", 17])
    if change:
        change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def quoted_gzip() -> bytes:
    return b"\x1f\x8b" + zlib.compress(b"x")
