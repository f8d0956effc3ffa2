"""What a file is by its bytes, whatever it is called; what cannot be read is refused with what to do instead."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.connectors.files.source import Source

TEXT, WORKBOOK, PAGE, ARCHIVE = "text", "workbook", "page", "archive"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(
    rb"^(?:\s|\xef\xbb\xbf|<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->)*(?:<!doctype html|<html|<table|<meta|<head|<style|<body|<div)",
    re.IGNORECASE | re.DOTALL,
)
_DATA = re.compile(rb"^(?:\s|\xef\xbb\xbf)*(?:(<)\?xml[\s>]|(?:\[\s*)?\{\s*\")")  # XML, or JSON
_XML_TABLE = b"urn:schemas-microsoft-com:office:spreadsheet"
SAVE_AS = Text(
    "请用 Excel 或 WPS 打开，另存为 xlsx 或 CSV UTF-8，再导入。",
    "Open it in Excel, save it as xlsx or CSV UTF-8, and import that.",
)
# Beginnings of files that hold no table, and what they are.
_OTHERS = (
    (b"%PDF", Text(" PDF 文件", "a PDF")),
    (b"\x89PNG", Text("图片", "a picture")),
    (b"\xff\xd8\xff", Text("图片", "a picture")),
    (b"GIF8", Text("图片", "a picture")),
    (b"Rar!", Text(" RAR 压缩包", "a RAR archive")),
    (b"7z\xbc\xaf", Text(" 7z 压缩包", "a 7z archive")),
    (b"\x1f\x8b", Text(" gzip 压缩文件", "a gzip file")),
    (b"MIME-Version:", Text("单个文件的网页（mht）", "a web archive (mht)")),
    (b"SQLite format 3", Text(" SQLite 数据库", "an SQLite database")),
    (b"PAR1", Text(" Parquet 文件", "a Parquet file")),
)
_DRAWN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")  # nothing opens these as a table
_ORIGINAL = Text(
    "请上传导出的 Excel 或 CSV 原文件，不是截图、扫描件或改了名的图片。",
    "Upload the Excel or CSV file that was exported, not a picture or a scan of it, nor one given another name.",
)
_UNPACK = Text("请先解压，再导入里面的表格文件。", "Unpack it first, and import the tables in it.")


def kind_of_bytes(source: Source, head: bytes) -> str:
    """TEXT, WORKBOOK, PAGE or ARCHIVE; Invalid for anything else."""
    if head.startswith(_ZIP):
        return _of_zip(source)
    if head.startswith(_OLD):
        return _of_old(source)
    for mark, what in _OTHERS:
        if head.startswith(mark):
            mend = _UNPACK if "压缩" in what.zh else _ORIGINAL if mark in _DRAWN else SAVE_AS
            raise Invalid(
                Text(f"{source.name} 是{what.zh}，不是表格", f"{source.name} is {what.en}, no table"), mend=mend
            )
    if _XML_TABLE in head[:4096]:
        raise Invalid(
            Text(f"{source.name} 是 XML 表格（2003 版格式）", f"{source.name} is an XML spreadsheet of 2003"),
            mend=SAVE_AS,
        )
    if _PAGE.match(head):
        return PAGE
    if data := _DATA.match(head):
        name = "XML" if data[1] == b"<" else "JSON"
        raise Invalid(
            Text(f"{source.name} 是 {name} 数据，不是表格", f"{source.name} is {name}, no table"),
            mend=Text("请在来源系统里导出 Excel 或 CSV。", "Export Excel or CSV from where it comes."),
        )
    return TEXT


def _of_zip(source: Source) -> str:
    try:
        with source.open() as file, zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(source.name) from error
    if any(each.startswith(("word/", "ppt/")) for each in names):
        raise Invalid(
            Text(
                f"{source.name} 是 Word 或 PPT 文件，不是表格", f"{source.name} is a Word or PowerPoint file, no table"
            ),
            mend=Text("请把表格另存为 xlsx。", "Save the table as xlsx."),
        )
    is_workbook = "mimetype" in names or any(each.startswith("xl/") for each in names)
    return WORKBOOK if is_workbook else ARCHIVE


def _of_old(source: Source) -> str:
    """Workbooks up to 2003, and the container of every locked one."""
    with source.open() as file:
        held = b""
        while chunk := file.read(1 << 20):
            if _LOCKED in held[-64:] + chunk:
                raise locked(source.name)
            held = chunk
    return WORKBOOK


def damaged(name: str) -> Invalid:
    """The file is cut off or was changed on its way."""
    return Invalid(
        Text(f"打不开 {name}：文件不完整或已损坏", f"cannot open {name}: it is incomplete or damaged"),
        mend=Text(
            "请重新下载或导出；打得开的话另存为 xlsx 再试。",
            "Download or export it anew; if it opens in Excel, save it anew as xlsx.",
        ),
    )


def locked(name: str) -> Invalid:
    """The file asks for a password."""
    return Invalid(
        Text(f"{name} 设了打开密码", f"{name} is locked with a password"),
        mend=Text(
            "请用密码打开，另存为没有密码的文件，再导入。",
            "Open it with its password, save it without one, and import that.",
        ),
    )
