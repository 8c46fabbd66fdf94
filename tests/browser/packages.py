"""Data packages made for the browser: the longest that is realistic, and one whose every text is hostile."""

import csv
import json
import shutil
from pathlib import Path

from tests.conftest import ROOT
from tests.test_tables import WORDS, published

TARGETS, LETTERS = 40, 120  # of the longest package: so many targets, names of so many letters
LONG = {
    "vi": " trên địa bàn tỉnh theo Kế hoạch hành động thực hiện Chiến lược quốc gia về chuyển đổi số và Đề án 06 của Chính phủ",
    "en": " across the province under the action plan for the national strategy on digital transformation and Project 06",
}
LONG_OWNER = {
    "vi": "Ban Quản lý Khu kinh tế cửa khẩu và các khu công nghiệp tỉnh phối hợp với ",
    "en": "Management Board of Border-gate Economic Zone and Industrial Parks with ",
}
LONG_CAUSE = (
    "Việc kết nối, chia sẻ dữ liệu với các hệ thống của bộ, ngành Trung ương còn chậm do chưa thống nhất chuẩn dữ liệu; "
    "kinh phí được bố trí muộn, hồ sơ mời thầu phải điều chỉnh nhiều lần; cán bộ chuyên trách ở cấp xã còn thiếu và kiêm nhiệm, "
    "một số nơi chưa quan tâm chỉ đạo, người dân ở vùng sâu, vùng xa chưa có thiết bị và kỹ năng để sử dụng dịch vụ trực tuyến. "
)

HIT = "window.__hit=1"
HOSTILE = [
    f"<script>{HIT}</script>",
    f"<img src=x onerror={HIT}>",
    f'" onmouseover="{HIT}" autofocus onfocus="{HIT}" x="',
    f"' onclick='{HIT}' style='x:expression({HIT})' y='",
    f"javascript:{HIT}",
    f"[x](javascript:{HIT}) ![y](https://evil.example/x.png) <https://evil.example/>",
    f"</script><script>{HIT}</script>",
    f'"}}]}});{HIT};//',
    f"</style><style>@import url(https://evil.example/x.css);body{{background:url(https://evil.example/y)}}</style><script>{HIT}</script>",
    "{{7*7}}{% for x in [1] %}{{ x }}{% endfor %}{# gone #}${7*7}#{7*7}<%= 7*7 %>",
    f"{{{{ ''.__class__.__mro__ }}}}{{value}}{{target}}{{0}}{{x!r}}%s%(x)s[[{HIT}]]",
    f"datum.x'];{HIT};['\"];{HIT};[\"' + {HIT} + '",
    f"if(1, event.view.{HIT}, 0) && warn({HIT})",
    f"<svg/onload={HIT}><animate onbegin={HIT} attributeName=x></svg>",
    f'<iframe srcdoc="<script>parent.__hit=1</script>" src="data:text/html,<script>{HIT}</script>"></iframe>',
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
    f"</title></textarea></details></main></svg><math><mtext><script>{HIT}</script>",
    f"--><!-- ]]> <![CDATA[ <!--<script>{HIT}",
    f"&lt;script&gt;{HIT}&lt;/script&gt; &#60;img src=x onerror={HIT}&#62; &quot;&amp;",
    f'<a href="data:text/html,{HIT}">x</a><object data=x><embed src=x><link rel=stylesheet href=//evil.example/z>',
    "\u200e\u200f\u061c\u200b\u2028\u2029\ufeff a\tb",
    f"\\u003cscript\\u003e{HIT}\\x3c/script\\x3e \\\" \\' \\\\",
    f"# h\n\n- <b onclick={HIT}>x</b>\n\n```js\n{HIT}\n```",
]
def rows_of(folder: Path, table: str) -> list[dict]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(folder: Path, table: str, rows: list[dict]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def copied(folder: Path, name: str) -> Path:
    """A copy of the demo package under another name (reports/ has a folder of each name)."""
    shutil.copytree(ROOT / "data" / "demo-province", folder)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**package, "name": name}), encoding="utf-8")
    return folder


def longest(folder: Path) -> Path:
    """40 targets, every name over 120 letters, owners' names over 60, causes over 300."""
    copied(folder, "longest")
    indicators = rows_of(folder, "indicators")
    twins = [row["indicator"] for row in indicators if row["headline"] == ""][: TARGETS - len(indicators)]
    twins += [row["indicator"] for row in indicators if row["headline"]][: TARGETS - len(indicators) - len(twins)]
    for table in ("indicators", "targets", "observations", "explanations"):
        rows = rows_of(folder, table)
        rows += [{**row, "indicator": f"{row['indicator']}-2"} for row in rows if row["indicator"] in twins]
        for row in rows:
            if table == "indicators":
                if row["indicator"].endswith("-2"):
                    row["headline"] = row["index_code"] = ""
                for language, words in LONG.items():
                    name = row[f"name_{language}"] + (" (2)" if row["indicator"].endswith("-2") else "") + words
                    row[f"name_{language}"] = name + words[: max(0, LETTERS - len(name))]
            elif table == "explanations":
                row["cause"], row["proposal"] = LONG_CAUSE + row["cause"], LONG_CAUSE + row["proposal"]
                row["remedy"] = f"{row['remedy']}. {LONG_CAUSE}"
        write(folder, table, rows)
    owners = rows_of(folder, "owners")
    for row in owners:
        for language, words in LONG_OWNER.items():
            row[f"short_{language}"] = words + row[f"short_{language}"]
            row[f"name_{language}"] = words + row[f"name_{language}"]
    write(folder, "owners", owners)
    for table, columns in {"decisions": ("text_vi", "text_en"), "tasks": ("name_vi", "name_en", "product")}.items():
        rows = rows_of(folder, table)
        for row in rows:
            for column in columns:
                row[column] += LONG["en" if column.endswith("en") else "vi"]
        write(folder, table, rows)
    return folder


def hostile(folder: Path) -> Path:
    """Every text that people write is one of HOSTILE, each of them in every column, numbered where names must differ."""
    copied(folder, "hostile")
    published(folder)
    for table, columns in WORDS.items():
        rows = rows_of(folder, table)
        for number, row in enumerate(rows):
            for at, column in enumerate(columns):
                row[column] = f"{HOSTILE[(number + at) % len(HOSTILE)]} {number}"
        write(folder, table, rows)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    dx = package["dx"]
    dx["band_sets"] = {"default": [{"id": "met", "edge": 100}, {"id": "over_70", "edge": 70, "closed": False},
                                   {"id": "from_50", "edge": 50}, {"id": "under_50"}]}  # fmt: skip
    named = [dx["place"], dx["counted"], dx.setdefault("notice", {}), *dx["band_sets"]["default"]]
    named += [item for name in ("pillars", "tags", "measures") for item in dx[name] if item["id"] != "percent"]
    for number, item in enumerate(named):
        for at, language in enumerate(("vi", "en")):
            item[language] = f"{HOSTILE[(number + 13 * at) % len(HOSTILE)]} {number}"
    dx["notice"] = {language: " ".join(HOSTILE) for language in ("vi", "en")}
    path.write_text(json.dumps(package), encoding="utf-8")
    return folder
