"""A zoo of small files, one for each oddity of real exports, each with the table that it holds.

All people and firms in it are invented.
"""

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

Cells = Sequence[Sequence[str]]

HEADERS = ("ФИО", "Телефон", "Город")
PEOPLE = (("Иванов Иван", "+7 900 000-00-01", "Москва"), ("Щербакова Юлия", "8 (900) 000-00-02", "Ёлкино"))
PLAIN = "ФИО;Телефон;Город\r\nИванов Иван;+7 900 000-00-01;Москва\r\nЩербакова Юлия;8 (900) 000-00-02;Ёлкино\r\n"
LIST_1C = ("Код", "Наименование", "ИНН", "Телефон")
MEMBERS = [
    ["001", "ООО Ромашка", "7707083893", "1"], ["002", "ООО Лютик", "7707083893", "2"],
    ["003", "ИП Орлов", "500100732259", "3"], ["004", "ИП Лосев", "500100732259", "4"],
]  # fmt: skip


@dataclass(frozen=True)
class Specimen:
    """One file and what it holds.

    Attributes:
        headers, cells: the expected table.
        aside: the lines below the heading that are no rows, with the number of rows before each.
        codes: row and code of the expected findings.
        same_bytes: an untouched table is written as the same bytes; else as the same cells.
    """

    name: str
    data: bytes
    headers: Sequence[str] = HEADERS
    cells: Cells = PEOPLE
    aside: tuple[tuple[int, str], ...] = ()
    codes: tuple[tuple[int, str], ...] = ()
    same_bytes: bool = True


def make_zoo() -> list[Specimen]:
    """Return all files of the zoo."""
    return [
        *_encodings(),
        *_delimiters(),
        *_line_ends(),
        *_cells_as_they_stand(),
        *_quotes(),
        *_styles_of_quoting(),
        *_headings(),
        *_rows_aside(),
        *_clients_that_stay(),
        *_pages(),
        *_workbooks(),
    ]


def _text(name: str, text: str, headers: Sequence[str], cells: Cells, **expected: Any) -> Specimen:
    return Specimen(name, text.encode("utf-8"), headers, cells, **expected)


def _encodings() -> Iterator[Specimen]:
    for encoding in ("utf-8", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "utf-16-le", "utf-16-be"):
        yield Specimen(f"encoding-{encoding}", PLAIN.encode(encoding))
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ):
        yield Specimen(f"bom-{encoding}", mark + PLAIN.encode(encoding))
    latin = [(f"Client {number}", f"+7900000{number:04}", "Moscow") for number in range(2000)]
    text = "Name;Phone;City\n" + "".join(";".join(row) + "\n" for row in latin) + "Щукин;+79000009999;Тверь\n"
    cells = (*latin, ("Щукин", "+79000009999", "Тверь"))
    yield Specimen("encoding-one-cyrillic-cell-at-the-end", text.encode("cp1251"), ("Name", "Phone", "City"), cells)
    yield Specimen("nul-padding", PLAIN.encode("cp1251") + b"\0" * 512, same_bytes=False)
    yield Specimen("excel-unicode-text", codecs.BOM_UTF16_LE + PLAIN.replace(";", "\t").encode("utf-16-le"))
    yield Specimen("utf-8-with-emoji", PLAIN.replace("Москва", "Москва 🏙").encode(), cells=_with(0, 2, "Москва 🏙"))


def _with(row: int, column: int, text: str) -> Cells:
    cells = [list(person) for person in PEOPLE]
    cells[row][column] = text
    return cells


def _delimiters() -> Iterator[Specimen]:
    for name, delimiter in (("comma", ","), ("tab", "\t"), ("pipe", "|")):
        yield Specimen(f"delimiter-{name}", PLAIN.replace(";", delimiter).encode())
    yield Specimen("sep-line", b"sep=;\r\n" + PLAIN.encode("cp1251"))
    yield Specimen("sep-line-quoted", b'"sep=;"\r\n' + PLAIN.encode("cp1251"))
    yield Specimen("sep-line-pipe", b"SEP=|\r\n" + PLAIN.replace(";", "|").encode("cp1251"))
    yield Specimen("trailing-delimiter", PLAIN.replace("\r\n", ";\r\n").encode())
    quoted = '"' + PLAIN.rstrip().replace(";", '";"').replace("\r\n", '"\r\n"') + '"\r\n'
    yield Specimen("all-quoted", quoted.encode("cp1251"))
    yield Specimen("all-quoted-trailing-delimiter", quoted.replace("\r\n", ";\r\n").encode())
    yield _text(
        "one-column",
        "Телефон\n8 900 000-00-01\n8 900 000-00-02\n",
        ["Телефон"],
        [["8 900 000-00-01"], ["8 900 000-00-02"]],
    )
    yield _text(
        "decimal-commas",
        "Клиент;Сумма;Долг\nИванов Иван;1,5;2,5\nПетров Пётр;3,5;4,5\n",
        ["Клиент", "Сумма", "Долг"],
        [["Иванов Иван", "1,5", "2,5"], ["Петров Пётр", "3,5", "4,5"]],
    )
    yield _text(
        "rows-end-in-a-delimiter-heading-not",
        "ФИО;Телефон\nИванов Иван;1;\nОрлов;2;\n",
        ["ФИО", "Телефон"],
        [["Иванов Иван", "1"], ["Орлов", "2"]],
        same_bytes=False,
    )


def _line_ends() -> Iterator[Specimen]:
    yield Specimen("line-feed", PLAIN.replace("\r\n", "\n").encode())
    yield Specimen("carriage-return", PLAIN.replace("\r\n", "\r").encode())
    yield Specimen("no-final-line-end", PLAIN.rstrip().encode())
    yield Specimen("mixed-line-ends", PLAIN.replace("Москва\r\n", "Москва\n").encode(), same_bytes=False)
    yield Specimen("blank-line-inside", PLAIN.replace("Москва\r\n", "Москва\r\n\r\n").encode(), aside=((1, ""),))
    yield Specimen("blank-lines-at-the-end", PLAIN.encode() + b"\r\n\r\n", aside=((2, ""), (2, "")))
    yield Specimen(
        "blank-line-below-the-heading", PLAIN.replace("Город\r\n", "Город\r\n\r\n").encode(), aside=((0, ""),)
    )
    yield Specimen("blank-lines-above-the-heading", b"\r\n\r\n" + PLAIN.encode())
    yield _text(
        "blank-line-inside-a-cell",
        'ФИО;Телефон;Комментарий\nИванов Иван;1;"раз\n\nдва"\n\nОрлов;2;три\n',
        ["ФИО", "Телефон", "Комментарий"],
        [["Иванов Иван", "1", "раз\n\nдва"], ["Орлов", "2", "три"]],
        aside=((1, ""),),
    )
    yield _text(
        "rows-of-delimiters",
        "ФИО;Телефон;Город\nИванов Иван;1;Тверь\n;;\n;;\n",
        HEADERS,
        [["Иванов Иван", "1", "Тверь"], ["", "", ""], ["", "", ""]],
    )


def _cells_as_they_stand() -> Iterator[Specimen]:
    for name, cell in (
        ("na", "NA"), ("null", "null"), ("leading-zeros", "007"), ("exponent", "1e5"), ("formula", '="17"'),
        ("apostrophe", "'+79000000001"), ("damaged-phone", "9,16123E+10"), ("date", "0000-00-00"), ("spaces", "  а  "),
        ("no-break-space", "\u00a01\u00a0234,50"), ("excel-error", "#Н/Д"), ("minus", "-"), ("true", "TRUE"),
    ):  # fmt: skip
        text = f"ФИО;Телефон;Поле\nИванов Иван;+79000000001;{cell}\n"
        yield _text(f"cell-{name}", text, ["ФИО", "Телефон", "Поле"], [["Иванов Иван", "+79000000001", cell]])
    yield _text(
        "cell-of-several-lines",
        'ФИО;Телефон;Поле\r\nИванов Иван;1;"раз; ""два""\nтри"\r\n',
        ["ФИО", "Телефон", "Поле"],
        [["Иванов Иван", "1", 'раз; "два"\nтри']],
    )


def _quotes() -> Iterator[Specimen]:
    yield _text(
        "bare-quotes",
        'Компания;ИНН;Поле\nООО "Ромашка";="017";15" экран\n',
        ["Компания", "ИНН", "Поле"],
        [['ООО "Ромашка"', '="017"', '15" экран']],
    )
    for name, broken, row in (
        ("never-closed", 'ФИО;Телефон;Город\nОрлов;1;Тверь\n"Иванов;2;Омск\nПетров;3;Томск\n', 2),
        ("closed-by-the-next", 'ФИО;Телефон;Город\nОрлов;1;Тверь\n"Иванов;2;Омск\n"Петров";3;Томск\n', 2),
    ):
        cells = [["Орлов", "1", "Тверь"], ['"Иванов', "2", "Омск"], ["Петров", "3", "Томск"]]
        yield _text(f"lone-quote-{name}", broken, HEADERS, cells, codes=((row, "quote-repaired"),))
    yield _text(
        "lone-quotes-two",
        'ФИО;Телефон;Город\n"Орлов;1;Тверь\nИванов;2;Омск\n"Петров;3;Томск\nЛосев;4;Уфа\n',
        HEADERS,
        [['"Орлов', "1", "Тверь"], ["Иванов", "2", "Омск"], ['"Петров', "3", "Томск"], ["Лосев", "4", "Уфа"]],
        codes=((1, "quote-repaired"), (3, "quote-repaired")),
    )
    yield _text(
        "lone-quote-in-the-last-cell",
        'ФИО;Телефон;Город\nОрлов;1;"Тверь\nИванов;2;Омск\n',
        HEADERS,
        [["Орлов", "1", '"Тверь'], ["Иванов", "2", "Омск"]],
        codes=((1, "quote-repaired"),),
    )
    yield _text(
        "long-and-short-rows",
        "ФИО;Телефон\nИванов Иван;1\nПетров;2;лишнее\nОрлов\n",
        ["ФИО", "Телефон", ""],
        [["Иванов Иван", "1", ""], ["Петров", "2", "лишнее"], ["Орлов", "", ""]],
        codes=((2, "row-too-long"), (3, "row-too-short")),
    )


def _styles_of_quoting() -> Iterator[Specimen]:
    headers = ["ФИО", "Телефон", "Сумма", "Полный адрес"]
    rows = [
        ["Иванов Иван", "+79000000001", "10", ""],
        ["Орлов", "", "2.5", 'Омск; "дом" 5'],
        ["7", "8 900", "", "С:\\"],
    ]
    for name, lines in (
        ("php", [
            'ФИО;Телефон;Сумма;"Полный адрес"', '"Иванов Иван";+79000000001;10;',
            'Орлов;;2.5;"Омск; ""дом"" 5"', '7;"8 900";;"С:\\"',
        ]),
        ("php-without-an-escape-character", [
            'ФИО;Телефон;Сумма;"Полный адрес"', '"Иванов Иван";+79000000001;10;',
            'Орлов;;2.5;"Омск; ""дом"" 5"', '7;"8 900";;С:\\',
        ]),
        ("filled-cells", [
            '"ФИО";"Телефон";"Сумма";"Полный адрес"', '"Иванов Иван";"+79000000001";"10";',
            '"Орлов";;"2.5";"Омск; ""дом"" 5"', '"7";"8 900";;"С:\\"',
        ]),
        ("filled-cells-bare-heading", [
            "ФИО;Телефон;Сумма;Полный адрес", '"Иванов Иван";"+79000000001";"10";',
            '"Орлов";;"2.5";"Омск; ""дом"" 5"', '"7";"8 900";;"С:\\"',
        ]),
        ("columns-of-text", [
            '"ФИО";"Телефон";"Сумма";"Полный адрес"', '"Иванов Иван";"+79000000001";10;""',
            '"Орлов";"";2.5;"Омск; ""дом"" 5"', '"7";"8 900";;"С:\\"',
        ]),
        ("columns-of-text-bare-heading", [
            "ФИО;Телефон;Сумма;Полный адрес", '"Иванов Иван";"+79000000001";10;',
            '"Орлов";;2.5;"Омск; ""дом"" 5"', '"7";"8 900";;"С:\\"',
        ]),
        ("cells-of-text", [
            '"ФИО";"Телефон";"Сумма";"Полный адрес"', '"Иванов Иван";"+79000000001";10;',
            '"Орлов";;2.5;"Омск; ""дом"" 5"', '7;"8 900";;"С:\\"',
        ]),
        ("heading-alone", [
            '"ФИО";"Телефон";"Сумма";"Полный адрес"', "Иванов Иван;+79000000001;10;",
            'Орлов;;2.5;"Омск; ""дом"" 5"', "7;8 900;;С:\\",
        ]),
        ("empty-cells", [
            "ФИО;Телефон;Сумма;Полный адрес", 'Иванов Иван;+79000000001;10;""',
            'Орлов;"";2.5;"Омск; ""дом"" 5"', '7;8 900;"";С:\\',
        ]),
    ):  # fmt: skip
        yield _text(f"quoted-{name}", "".join(line + "\n" for line in lines), headers, rows)
        carried = "".join(line + ";\r\n" for line in lines).removesuffix("\r\n").encode("cp1251")
        yield Specimen(f"quoted-{name}-trailing-delimiter-cp1251", carried, headers, rows)
    yield _text(
        "quoted-by-r-with-na",
        '"name","phone","amount"\n"Orlov","1",5\n"Losev",NA,NA\n',
        ["name", "phone", "amount"],
        [["Orlov", "1", "5"], ["Losev", "NA", "NA"]],
    )
    yield _text(
        "quoted-by-mysql-with-null",
        'name,phone,amount\n"Orlov","1",5\n"Losev",\\N,\\N\n',
        ["name", "phone", "amount"],
        [["Orlov", "1", "5"], ["Losev", "\\N", "\\N"]],
    )
    yield _text(
        "quoted-for-a-space-at-the-edge",
        'name,phone,city\n" Orlov",1,Nizhny Tagil\nLosev,2,"Ufa "\n',
        ["name", "phone", "city"],
        [[" Orlov", "1", "Nizhny Tagil"], ["Losev", "2", "Ufa "]],
    )


def _headings() -> Iterator[Specimen]:
    yield Specimen("title-rows", "Список клиентов;;\r\nПериод: январь 2026;;\r\n;;\r\n".encode() + PLAIN.encode())
    yield _text(
        "duplicate-headings",
        "ФИО;Источник;Телефон;Источник\nИванов Иван;сайт;1;2гис\n",
        ["ФИО", "Источник", "Телефон", "Источник"],
        [["Иванов Иван", "сайт", "1", "2гис"]],
        codes=((0, "heading-duplicate"),),
    )
    yield _text(
        "unnamed-columns",
        "ФИО;;Телефон;\nИванов Иван;а;1;б\n",
        ["ФИО", "", "Телефон", ""],
        [["Иванов Иван", "а", "1", "б"]],
    )
    yield _text(
        "heading-of-several-lines",
        '"Полное\nимя";"Телефон";"Город"\n"Иванов Иван";"1";"Омск"\n',
        ["Полное\nимя", "Телефон", "Город"],
        [["Иванов Иван", "1", "Омск"]],
    )
    joined = ["ФИО", "Контакты / Телефон", "Контакты / E-mail", "Город"]
    rows = [["Иванов Иван", "1", "a@example.com", "Омск"], ["Орлов", "2", "b@example.com", "Уфа"]]
    body = "Иванов Иван;1;a@example.com;Омск\nОрлов;2;b@example.com;Уфа\n"
    yield _text("heading-of-two-rows", "ФИО;Контакты;;Город\n;Телефон;E-mail;\n" + body, joined, rows)
    yield _text(
        "heading-of-two-rows-under-a-title",
        "Отчёт за май;;;\nФИО;Контакты;;Город\n;Телефон;E-mail;\n" + body,
        joined,
        rows,
    )
    yield _text(
        "heading-of-two-full-rows",
        "Клиент;;Контакты;\nФИО;Город;Телефон;E-mail\nИванов Иван;Омск;1;a@example.com\n",
        ["Клиент / ФИО", "Клиент / Город", "Контакты / Телефон", "Контакты / E-mail"],
        [["Иванов Иван", "Омск", "1", "a@example.com"]],
    )
    yield _text(
        "heading-of-two-rows-trailing-delimiter",
        '"ФИО";"Контакты";"";\n"";"Телефон";"E-mail";\n"Орлов";"1";"a@example.com";\n',
        ["ФИО", "Контакты / Телефон", "Контакты / E-mail"],
        [["Орлов", "1", "a@example.com"]],
    )
    three = "ФИО;Контакты;;;Город\n;Телефоны;;E-mail;\n;Рабочий;Мобильный;;\n"
    names = [
        "ФИО", "Контакты / Телефоны / Рабочий", "Контакты / Телефоны / Мобильный", "Контакты / E-mail", "Город"
    ]  # fmt: skip
    people = [["Иванов Иван", "1", "2", "a@example.com", "Омск"], ["Орлов", "3", "", "b@example.com", "Уфа"]]
    lines = "".join(";".join(row) + "\n" for row in people)
    yield _text("heading-of-three-rows", three + lines, names, people)
    yield _text("heading-of-three-rows-under-a-title", "Отчёт за май;;;;\n" + three + lines, names, people)
    yield Specimen(
        "heading-repeated-by-pages",
        PLAIN.replace("Москва\r\n", "Москва\r\nФИО;Телефон;Город\r\n").encode(),
        aside=((1, "ФИО;Телефон;Город"),),
    )
    yield _text(
        "heading-repeated-quoted",
        '"ФИО";"Телефон"\n"Орлов";"1"\n"ФИО";"Телефон"\n"Лосев";"2"\n',
        ["ФИО", "Телефон"],
        [["Орлов", "1"], ["Лосев", "2"]],
        aside=((1, '"ФИО";"Телефон"'),),
    )
    yield _text(
        "heading-of-two-rows-repeated",
        "ФИО;Контакты;;Город\n;Телефон;E-mail;\nИванов Иван;1;a@example.com;Омск\n"
        "ФИО;Контакты;;Город\n;Телефон;E-mail;\nОрлов;2;b@example.com;Уфа\n",
        joined,
        rows,
        aside=((1, "ФИО;Контакты;;Город"), (1, ";Телефон;E-mail;")),
    )
    yield _text(
        "title-that-is-no-upper-heading",
        "Отчёт;Иванов;;\nФИО;Телефон;E-mail;Город\n" + body,
        ["ФИО", "Телефон", "E-mail", "Город"],
        rows,
    )
    yield Specimen(
        "numbers-of-columns", PLAIN.replace("Город\r\n", "Город\r\n1;2;3\r\n").encode(), aside=((0, "1;2;3"),)
    )


def _rows_aside() -> Iterator[Specimen]:
    yield Specimen("total", PLAIN.encode() + "Итого;;\r\n".encode(), aside=((2, "Итого;;"),))
    yield Specimen("total-short", PLAIN.encode() + "Итого: 2\r\n".encode(), aside=((2, "Итого: 2"),))
    yield Specimen(
        "total-after-a-blank-line", PLAIN.encode() + "\r\nВсего;;\r\n".encode(), aside=((2, ""), (2, "Всего;;"))
    )
    yield _text(
        "total-of-turnover",
        "Наименование;ИНН;Телефон;Сумма\nООО Ромашка;7707083893;1;1435,00\nИтого оборотов;;;1 435,00\n",
        ["Наименование", "ИНН", "Телефон", "Сумма"],
        [["ООО Ромашка", "7707083893", "1", "1435,00"]],
        aside=((1, "Итого оборотов;;;1 435,00"),),
    )
    yield _text(
        "total-english",
        "Name,Phone,Amount\nIvan,1,5\nTotal,,5\nGrand total,,5\n",
        ["Name", "Phone", "Amount"],
        [["Ivan", "1", "5"]],
        aside=((1, "Total,,5"), (1, "Grand total,,5")),
    )
    yield _text(
        "total-quoted",
        '"ФИО";"Телефон";"Сумма"\n"Орлов";"1";"5"\n"Итого";"";"5"\n',
        ["ФИО", "Телефон", "Сумма"],
        [["Орлов", "1", "5"]],
        aside=((1, '"Итого";"";"5"'),),
    )
    lines = [";".join(row) + "\n" for row in MEMBERS]
    grouped = (
        "Код;Наименование;ИНН;Телефон\nПокупатели;;;\n" + lines[0] + lines[1] + "Поставщики;;;\n" + lines[2] + lines[3]
    )
    yield _text("groups", grouped, LIST_1C, MEMBERS, aside=((0, "Покупатели;;;"), (2, "Поставщики;;;")))
    yield _text(
        "groups-numbers-and-total",
        grouped.replace("Покупатели", "1;2;3;4\nПокупатели") + "Итого;;;\n",
        LIST_1C,
        MEMBERS,
        aside=((0, "1;2;3;4"), (0, "Покупатели;;;"), (2, "Поставщики;;;"), (4, "Итого;;;")),
    )
    yield _text(
        "subtotals",
        "ФИО;Телефон;Сумма\nОрлов;1;5\nИтого по отделу;;5\nЛосев;2;6\nВсего;;11\n",
        ["ФИО", "Телефон", "Сумма"],
        [["Орлов", "1", "5"], ["Лосев", "2", "6"]],
        aside=((1, "Итого по отделу;;5"), (2, "Всего;;11")),
    )

    yield _text(
        "groups-among-clients",
        "Код;Наименование;ИНН;Телефон\n" + lines[0] + lines[1] + "Поставщики;;;\n" + lines[2] + lines[3],
        LIST_1C,
        MEMBERS,
        aside=((2, "Поставщики;;;"),),
    )
    yield _text(
        "groups-with-subtotals",
        "Код;Наименование;ИНН;Телефон\nРозница;;;\n" + lines[0] + lines[1] + "Итого по группе Розница;;;\n"
        "Орлов Олег;;;\n" + lines[2] + lines[3] + "Итого по менеджеру Орлов Олег: 2;;;\n",
        LIST_1C,
        MEMBERS,
        aside=(
            (0, "Розница;;;"),
            (2, "Итого по группе Розница;;;"),
            (2, "Орлов Олег;;;"),
            (4, "Итого по менеджеру Орлов Олег: 2;;;"),
        ),
    )
    yield _text(
        "subtotals-of-excel",
        "ФИО;Телефон;Город;Сумма\nОрлов;1;Омск;5\n;;Омск Итог;5\nЛосев;2;Уфа;6\n;;Уфа Итог;6\n;;Общий итог;11\n",
        ["ФИО", "Телефон", "Город", "Сумма"],
        [["Орлов", "1", "Омск", "5"], ["Лосев", "2", "Уфа", "6"]],
        aside=((1, ";;Омск Итог;5"), (2, ";;Уфа Итог;6"), (2, ";;Общий итог;11")),
    )


def _clients_that_stay() -> Iterator[Specimen]:
    for name, row in (
        ("client-named-itogo", ["Итого", "+79000000003", "Омск"]),
        ("client-named-itogo-with-a-city", ["Итого", "", "Омск"]),
        ("shop-named-vsego", ["Всего понемногу", "", ""]),
        ("client-with-a-name-only", ["Орлов Олег", "", ""]),
        ("gym-named-total", ["Total Fitness", "", ""]),
        ("client-named-like-a-subtotal", ["Итого Лютик", "", ""]),
        ("client-whose-city-says-total", ["Орлов Олег", "", "Омск Итог"]),
    ):
        yield Specimen(name, (PLAIN + ";".join(row) + "\r\n").encode(), cells=(*PEOPLE, row))
    yield _text(
        "client-with-a-name-only-among-others",
        "Код;Наименование;ИНН;Телефон\n" + ";".join(MEMBERS[0]) + "\nЛютик;;;\n" + ";".join(MEMBERS[1]) + "\n",
        LIST_1C,
        [MEMBERS[0], ["Лютик", "", "", ""], MEMBERS[1]],
    )
    row = ["Орлов Олег", "", ""]
    yield Specimen(
        "first-client-with-a-name-only",
        PLAIN.replace("Город\r\n", "Город\r\nОрлов Олег;;\r\n").encode(),
        cells=(row, *PEOPLE),
    )


def _page(head: str, body: str) -> bytes:
    return f'<meta charset="utf-8"><table border="1"><thead>{head}</thead><tbody>{body}</tbody></table>'.encode()


def _row(cells: Sequence[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _pages() -> Iterator[Specimen]:
    body = "".join(_row(row) for row in PEOPLE)
    heading = _row(HEADERS, "th")
    yield Specimen("page", _page(heading, body), same_bytes=False)
    yield Specimen(
        "page-total", _page(heading, body + _row(["Итого", "", ""])), aside=((2, "Итого"),), same_bytes=False
    )
    merged = (
        '<tr><th rowspan="2">ФИО</th><th colspan="2">Контакты</th><th rowspan="2">Город</th></tr>'
        "<tr><th>Телефон</th><th>E-mail</th></tr>"
    )
    yield Specimen(
        "page-merged-heading",
        _page(merged, _row(["Орлов", "007", "a&amp;b@example.com", "раз<br>два"])),
        ["ФИО", "Контакты / Телефон", "Контакты / E-mail", "Город"],
        [["Орлов", "007", "a&b@example.com", "раз\nдва"]],
        same_bytes=False,
    )
    entities = _page(heading, _row(["ООО &quot;Ромашка&quot;", "8&#160;900", "&lt;нет&gt;"]))
    yield Specimen("page-entities", entities, cells=[['ООО "Ромашка"', "8\u00a0900", "<нет>"]], same_bytes=False)


def _workbook(rows: Cells) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("TDSheet")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return written.getvalue()


def _workbooks() -> Iterator[Specimen]:
    yield Specimen("workbook", _workbook([HEADERS, *PEOPLE]), same_bytes=False)
    title = ["Список контрагентов", "", ""]
    yield Specimen("workbook-title", _workbook([title, ["", "", ""], HEADERS, *PEOPLE]), same_bytes=False)
    rows = [["Орлов Олег", "1", "a@example.com", "Омск"], ["Лосева Анна", "2", "b@example.com", "Уфа"]]
    two = [["ФИО", "Контакты", "", "Город"], ["", "Телефон", "E-mail", ""]]
    joined = ["ФИО", "Контакты / Телефон", "Контакты / E-mail", "Город"]
    yield Specimen("workbook-heading-of-two-rows", _workbook([*two, *rows]), joined, rows, same_bytes=False)
    three = [["ФИО", "Контакты", "", "Город"], ["", "Телефоны", "", ""], ["", "Рабочий", "Мобильный", ""]]
    phones = [["Орлов Олег", "1", "2", "Омск"], ["Лосева Анна", "3", "4", "Уфа"]]
    yield Specimen(
        "workbook-heading-of-three-rows",
        _workbook([title, *three, *phones]),
        ["ФИО", "Контакты / Телефоны / Рабочий", "Контакты / Телефоны / Мобильный", "Город"],
        phones,
        same_bytes=False,
    )
    totals = [["1", "2", "3", "4"], *rows, ["Итого", "", "", ""]]
    yield Specimen(
        "workbook-report-of-1c",
        _workbook([["Отчёт", "", "", ""], *two, *totals]),
        joined,
        rows,
        aside=((0, "1\t2\t3\t4"), (2, "Итого")),
        same_bytes=False,
    )
    yield Specimen(
        "workbook-groups",
        _workbook([LIST_1C, ["Покупатели", "", "", ""], *MEMBERS[:2], ["Поставщики", "", "", ""], *MEMBERS[2:]]),
        LIST_1C,
        MEMBERS,
        aside=((0, "Покупатели"), (2, "Поставщики")),
        same_bytes=False,
    )
