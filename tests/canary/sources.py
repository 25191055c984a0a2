"""One controller whose every source holds the markers wherever a person's value may stand.

Belongs here: the inputs and the controller's folder. Does not belong here: the marker values (``markers``). Names of
columns, tables and configured files hold none: those are shown.
"""
# ruff: noqa: S608  (only the tests' own values are put into SQL)

import base64
import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

from markers import ADDRESS, BORN, CARD, CODE, CORE, EMAIL, IBAN, IP, NAME, NOTE, PHONE, SURNAME
from openpyxl import Workbook
from openpyxl.comments import Comment
from whole_runs import ACTIVITIES_YAML, CONTROLLER_YAML, NOTICE_YAML, small_controller

JSON_CELL = json.dumps(
    {
        "shipping": {"name": NAME, "phone": PHONE},
        "log": [{"mail": EMAIL, "at": BORN}],
        EMAIL: 1,
        f"{NAME} {SURNAME}": {"ip": IP},
    }
)
PHP_CELL = f'a:2:{{s:5:"email";s:{len(EMAIL)}:"{EMAIL}";s:{len(NAME)}:"{NAME}";i:1;}}'
JWT_CELL = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
    for part in ({"alg": "none"}, {"sub": EMAIL, "name": NAME}, {"x": 1})
)
URL_CELL = f"https://shop.example/reset?mail={quote(EMAIL)}&name={quote(NAME)}"


def shop_sql() -> str:
    rows = ",\n".join(
        f"({number},'{NAME}','{SURNAME}','{EMAIL}','{PHONE}','{BORN}','{IP}','{CARD}','{NOTE}',"
        f"'{JSON_CELL}','{PHP_CELL}','{JWT_CELL}','{URL_CELL}',"
        f"0x{(NAME + EMAIL).encode().hex()},_binary '{NAME}\\0{EMAIL}','{base64.b64encode(NOTE.encode()).decode()}',"
        f"'{year}-01-02 10:00:00')"
        for number, year in ((1, 2014), (2, 2024), (3, 2026))
    )
    return f"""\
-- MySQL dump 10.13  Distrib 8.0.36
-- taken for {NAME} {SURNAME} <{EMAIL}>
CREATE TABLE `zz_customer` (
  `id_customer` int unsigned NOT NULL AUTO_INCREMENT,
  `firstname` varchar(255) NOT NULL DEFAULT '{NAME}' COMMENT 'ask {NAME} {SURNAME}, {PHONE}',
  `lastname` varchar(255) NOT NULL,
  `email` varchar(255) NOT NULL COMMENT '{EMAIL}',
  `phone` varchar(32) DEFAULT NULL,
  `birthday` date DEFAULT NULL,
  `ip` varchar(40) DEFAULT NULL,
  `card` varchar(40) DEFAULT NULL,
  `zq1` text COMMENT 'what {SURNAME} wrote in a message',
  `zq2` json DEFAULT NULL,
  `zq3` text,
  `zq4` text,
  `zq5` text,
  `zq6` blob,
  `zq7` blob,
  `zq8` text,
  `date_add` datetime NOT NULL,
  PRIMARY KEY (`id_customer`)
) ENGINE=InnoDB COMMENT='kept by {NAME} {SURNAME}';
INSERT INTO `zz_customer` VALUES {rows};
INSERT INTO `zz_customer` (`id_customer`,`firstname`,`lastname`,`email`,`date_add`) VALUES
(4,'{NAME}','{SURNAME}','{EMAIL}','{NAME}'),(5,'{NAME}','{SURNAME}','{EMAIL}','2025-13-45 99:00:00');
CREATE TABLE `zz_orders` (
  `id_order` int unsigned NOT NULL AUTO_INCREMENT,
  `id_customer` int unsigned NOT NULL,
  `gift_message` text,
  `invoice_date` datetime NOT NULL,
  `date_add` datetime NOT NULL,
  PRIMARY KEY (`id_order`)
) ENGINE=InnoDB;
INSERT INTO `zz_orders` VALUES (1,1,'{NOTE}','0000-00-00 00:00:00','2026-01-02 10:00:00'),
(2,1,'{NOTE}','2019-01-02 10:00:00','2019-01-02 10:00:00');
CREATE VIEW `zz_of_one` AS SELECT * FROM `zz_customer` WHERE `email` = '{EMAIL}';
CREATE TRIGGER `zz_t` BEFORE INSERT ON `zz_orders` FOR EACH ROW SET NEW.gift_message = '{NOTE}';
-- Dump completed on 2026-10-31  2:00:00
"""


CREATE_CUSTOMERS = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(90), email VARCHAR(90), phone VARCHAR(40),"
    " birthday VARCHAR(20), ip VARCHAR(40), zq1 TEXT, zq2 TEXT, zq3 TEXT, zq6 BLOB, registered_at VARCHAR(40))"
)
CREATE_ORDERS = (
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, address VARCHAR(90), placed_at VARCHAR(40))"
)


def customers() -> list[tuple[object, ...]]:
    """Rows; the last two hold a value where a date should stand."""
    return [
        (number, f"{NAME} {SURNAME}", EMAIL, PHONE, BORN, IP, NOTE, JSON_CELL, PHP_CELL, EMAIL.encode(), registered)
        for number, registered in ((1, "2014-01-02 10:00:00"), (2, "2026-01-02 10:00:00"), (3, NAME), (4, EMAIL))
    ]


def web_shop(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(CREATE_CUSTOMERS)
        database.execute(CREATE_ORDERS)
        database.executemany(f"INSERT INTO customers VALUES ({','.join('?' * 11)})", customers())
        database.execute("INSERT INTO orders VALUES (1, 1, ?, '2015-01-02'), (2, 1, ?, ?)", (ADDRESS, ADDRESS, NAME))


PARCELS = "Barcode,Receiver name,Receiver mobile,Receiver e-mail,Address,Remark,Created\n" + "".join(
    f'CC00000000{number}EE,{NAME} {SURNAME},{PHONE},{EMAIL},{ADDRESS},"{NOTE}",{date}\n'
    for number, date in ((1, "2020-01-02"), (2, BORN), (3, NAME))
)
BANK_CSV = (
    "Operacijos data,Knyg. data,Dok. Nr.,Mokėjimo kodas / Banko žyma,Gavėjas/Mokėtojas,Gavėjo/Mokėtojo sąskaita,"
    "Įmonės kodas,Suma,D/K,Operacijos paskirtis,Valiuta\n"
    f'2024.09.11,2024.09.11,1,2,{NAME} {SURNAME},{IBAN},{CODE},"28,00",K,"Užsakymas 1, {NOTE}",EUR\n'
)
CAMT = f"""<?xml version="1.0"?><!-- for {NAME} --><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
<BkToCstmrStmt><Stmt><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ownr><Nm>{NAME}</Nm></Ownr></Acct>
<Ntry><Amt Ccy="EUR">1.00</Amt><BookgDt><Dt>2020-01-02</Dt></BookgDt><NtryDtls>
<TxDtls><RltdPties><Dbtr><Nm>{NAME} {SURNAME}</Nm></Dbtr><DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>{NOTE}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
"""
ACC = (
    f"000\t\t\t99999\t\t\t\t\t\t\t\t\t\t\t\t\t{IBAN}\tEUR\r\n"
    f"010\tMK\t20240625\t170000\t13349\t13349\tC\t13349\tEUR\t1\t17257588788083\t\t285163\t{NOTE}\t99999\tBankas\t{IBAN}\t"
    f"{NAME} {SURNAME}\t{CODE}\t\r\n"
)
PAYMENTS = json.dumps(
    [
        {
            "local_id": "1",
            "payer": {"name": NAME, "email": EMAIL, "iban": IBAN},
            "memo": NOTE,
            "received": "2020-01-02T13:01:00Z",
        },
        {"local_id": "2", "payer": {"name": NAME, "email": EMAIL, "iban": IBAN}, "memo": NOTE, "received": NAME},
        {"local_id": "3", "by_mail": {EMAIL: {"amount": "1"}}, "received": "2024-01-02T13:01:00Z"},
    ]
)
HAR = json.dumps(
    {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "startedDateTime": "2026-11-01T08:00:00.000Z",
                    "request": {
                        "method": "POST",
                        "url": f"https://shop.example/login?mail={quote(EMAIL)}",
                        "headers": [{"name": "cookie", "value": f"session={NAME}"}],
                        "cookies": [{"name": "user", "value": EMAIL}],
                        "postData": {"text": f"mail={EMAIL}&name={NAME}"},
                    },
                    "response": {
                        "status": 200,
                        "headers": [
                            {"name": "set-cookie", "value": f"session={NAME}; Path=/; Secure"},
                            {"name": "set-cookie", "value": f"wishlist_{EMAIL}={SURNAME}; Path=/{NAME}; Max-Age=99"},
                        ],
                        "cookies": [],
                        "content": {"text": NOTE},
                    },
                }
            ],
        }
    }
)
COOKIES = json.dumps(
    {
        "cookies": [
            {"domain": "shop.example", "name": "PHPSESSID", "path": f"/{NAME}", "session": True, "value": NAME},
            {
                "domain": "shop.example",
                "name": f"cart_{CORE.lower()}61937482",
                "path": "/",
                "session": True,
                "value": EMAIL,
            },
        ]
    }
)
FILES = "file_name,size,modified,order_reference,order_completed\n" + "".join(
    f"{NAME}_{SURNAME}_{number}.{kind},15,2020-11-26T20:34:00Z,{NAME}-1,2020-12-02\n"
    for number, kind in ((1, "stl"), (2, CORE.lower()), (3, "zip"))
)
ANALYTICS = json.dumps(
    [
        {"name": "user_id", "type": "STRING", "mode": "NULLABLE", "description": f"of {NAME} {SURNAME}, {EMAIL}"},
        {
            "name": "zq9",
            "type": "STRING",
            "mode": "NULLABLE",
            "description": f"the phone number, such as {PHONE} of {NAME}",
        },
    ]
)
WEBSERVICE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink"><customer>'
    f'<email required="true" maxSize="255" format="isEmail"><![CDATA[{EMAIL}]]></email><!-- {NAME} -->'
    f'<firstname format="isName">{NAME}</firstname><birthday format="isBirthDate">{BORN}</birthday>'
    "</customer></prestashop>"
)
NOTICE = f"""Privacy notice of the shop

1. Who we are
The shop is the controller. Write to privacy@shop.example.com.

2. Purposes
We use your name and address to deliver orders; the legal basis is a contract.

3. Thanks
The photographs were made by {NAME} {SURNAME}, {PHONE}, whose dog is called {CORE}.
"""


def parcels_workbook(path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Parcels"
    for row in (["Recipient name", "Recipient phone", "Recipient e-mail", "Remark", "Created at"],
                [f"{NAME} {SURNAME}", PHONE, EMAIL, NOTE, "02/01/2020"], [NAME, PHONE, EMAIL, NOTE, NAME]):  # fmt: skip
        sheet.append(row)
    sheet["A2"].comment = Comment(NOTE, NAME)
    workbook.properties.creator = f"{NAME} {SURNAME}"
    workbook.save(path)


SOURCES = """\
sources:
  - {system: prestashop, connector: prestashop, location: inputs/shop.sql, options: {prefix: zz_}}
  - {source_id: service, system: prestashop, connector: webservice, location: inputs/service.xml}
  - {system: web_shop, connector: sql_database, location: inputs/shop.sqlite}
  - {system: omniva, connector: table_export, location: inputs/parcels.csv}
  - {system: dpd, connector: table_export, location: inputs/parcels.xlsx}
  - {source_id: bank, system: bank_statement, connector: bank_statement, location: inputs/bank.csv}
  - {source_id: bank_xml, system: bank_statement, connector: bank_statement, location: inputs/bank.xml}
  - {source_id: bank_acc, system: bank_statement, connector: bank_statement, location: inputs/bank.acc}
  - {system: solana, connector: payment_messages, location: inputs/payments.json}
  - {system: cookies, connector: cookies, location: inputs/browser.json}
  - {source_id: recording, system: cookies, connector: cookies, location: inputs/recording.har}
  - {system: model_file_store, connector: file_listing, location: inputs/files.csv}
  - {system: google_analytics_4, connector: json_schema, location: inputs/analytics.json}
  - {system: lp_express, connector: table_export, location: inputs/broken.csv}
  - {system: venipak, connector: table_export, location: inputs/broken.xlsx}
"""
CLOCKS = """\
clocks:
  - {table: "web_shop:orders", events: [document_created], clock: {kind: column, columns: [placed_at]}}
  - {table: "web_shop:customers", events: [document_created], clock: {kind: column, columns: [registered_at]}}
"""


def canary(home: Path, more: str = "") -> Path:
    """Write the controller ``small`` with its sources; ``more`` are further lines of sources. Returns its folder."""
    folder = small_controller(home)
    (folder / "sources.yaml").write_text(SOURCES + more + CLOCKS, "utf-8")
    (folder / "activities.yaml").write_text(ACTIVITIES_YAML, "utf-8")
    (folder / "controller.yaml").write_text(CONTROLLER_YAML.format(name="small"), "utf-8")
    (folder / "notice.yaml").write_text(NOTICE_YAML, "utf-8")
    inputs = home / "inputs"
    for name, text in (
        ("shop.sql", shop_sql()), ("service.xml", WEBSERVICE), ("parcels.csv", PARCELS), ("bank.csv", BANK_CSV),
        ("bank.xml", CAMT), ("bank.acc", ACC), ("payments.json", PAYMENTS), ("browser.json", COOKIES),
        ("recording.har", HAR), ("files.csv", FILES), ("analytics.json", ANALYTICS), ("notice.txt", NOTICE),
        ("nameless.csv", PARCELS.split("\n", 1)[1]),
    ):  # fmt: skip
        (inputs / name).write_text(text, "utf-8")
    # A quotation mark that never closes, and bytes of no encoding, among good rows.
    (inputs / "broken.csv").write_bytes(
        PARCELS.encode() + f'CC1EE,"{NAME},{PHONE}\n'.encode() + b"\xff\xfe\x00" + NOTE.encode()
    )
    parcels_workbook(inputs / "parcels.xlsx")
    whole = (inputs / "parcels.xlsx").read_bytes()
    (inputs / "broken.xlsx").write_bytes(whole[: len(whole) // 2])
    web_shop(inputs / "shop.sqlite")
    return folder
