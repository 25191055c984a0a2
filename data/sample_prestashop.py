"""A made-up PrestaShop 8 shop, written as ``mysqldump`` writes one.

Belongs here: the dump's text and the rows of the personal tables with what is planted in them. Does not
belong here: the columns, which stand in ``sample_prestashop_columns.csv`` (names and types as the platform
has them). Planted: orders past ten years, inquiries past a year, order correspondence past three years,
abandoned carts, zero dates, rows that point to a customer who is gone, newsletter rows long unsubscribed, a
payment provider's table that the notice does not mention (``mollie_payments``) and a table of the shop's own
that no mapping knows (``loyalty_birthday_club``).
"""

import csv
import ipaddress
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sample_files import compressed
from sample_values import AS_OF, Person, Source

COLUMNS = Path(__file__).with_name("sample_prestashop_columns.csv")
PREFIX = "ps_"
GONE = 9_001
"""A customer's id that rows still point to although the customer is gone."""

_NAMES = ("carrier", "country", "lang", "currency", "gender_lang", "group", "hook", "module", "profile", "shop", "zone")

Values = Mapping[str, object]


class Shop:
    """The rows of the shop by table; a column that is not given has the platform's empty value."""

    def __init__(self) -> None:
        self.columns: dict[str, list[dict[str, str]]] = {}
        with COLUMNS.open(encoding="utf-8", newline="") as stream:
            for line in csv.DictReader(stream):
                self.columns.setdefault(line["table"], []).append(line)
        self.rows: dict[str, list[list[object]]] = {table: [] for table in self.columns}

    def add(self, table: str, **given: object) -> int:
        """Add a row; its number in the table, which is its key where none is given."""
        columns = self.columns[table]
        unknown = set(given) - {column["column"] for column in columns}
        if unknown:
            raise KeyError(f"{table} has no column {sorted(unknown)}")
        number = len(self.rows[table]) + 1
        keys = [column["column"] for column in columns if column["key"] == "PRI"]
        self.rows[table].append(
            [
                given[column["column"]]
                if column["column"] in given
                else number
                if keys == [column["column"]] and "int" in column["type"]
                else _empty(column)
                for column in columns
            ]
        )
        return number

    def dump(self) -> str:
        return (
            "\n".join((*_HEAD, *(line for table in sorted(self.columns) for line in self._table(table)), *_TAIL)) + "\n"
        )

    def _table(self, table: str) -> Iterator[str]:
        name, columns = f"`{PREFIX}{table}`", self.columns[table]
        keys = [f"`{column['column']}`" for column in columns if column["key"] == "PRI"]
        lines = [
            f"  `{column['column']}` {column['type']}"
            + (" NOT NULL" if column["nullable"] == "NO" else " DEFAULT NULL")
            + (" AUTO_INCREMENT" if keys == [f"`{column['column']}`"] and column["type"].startswith("int") else "")
            for column in columns
        ]
        lines += [f"  PRIMARY KEY ({','.join(keys)})"] if keys else []
        lines += [f"  KEY `{column['column']}` (`{column['column']}`)" for column in columns if column["key"] == "MUL"]
        yield f"--\n-- Table structure for table {name}\n--\n\nDROP TABLE IF EXISTS {name};"
        yield "/*!40101 SET @saved_cs_client     = @@character_set_client */;"
        yield f"CREATE TABLE {name} (\n" + ",\n".join(lines)
        yield ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;"
        yield "/*!40101 SET character_set_client = @saved_cs_client */;\n"
        yield f"--\n-- Dumping data for table {name}\n--\n\nLOCK TABLES {name} WRITE;"
        if self.rows[table]:
            written = ",\n".join("(" + ",".join(_literal(value) for value in row) + ")" for row in self.rows[table])
            yield f"INSERT INTO {name} VALUES\n{written};"
        yield "UNLOCK TABLES;\n"


_HEAD = (
    "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)",
    "--\n-- Host: localhost    Database: sample_shop\n-- ------------------------------------------------------",
    "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;",
    "/*!40101 SET NAMES utf8mb4 */;",
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n",
)
_TAIL = (
    "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;",
    "/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n",
    f"-- Dump completed on {AS_OF:%Y-%m-%d}  2:00:00",
)


def _empty(column: Mapping[str, str]) -> object:
    """What the platform writes where nothing is known: zero dates are normal there."""
    kind = column["type"].split("(")[0].split()[0]
    if kind == "enum":
        return column["type"].split("'")[1]
    if column["nullable"] == "YES":
        return None
    if kind in ("datetime", "timestamp"):
        return "0000-00-00 00:00:00"
    if kind == "date":
        return "0000-00-00"
    return 0 if kind.endswith("int") or kind in ("decimal", "float", "double") else ""


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return str(value)
    text = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def write(path: Path, people: tuple[Person, ...]) -> None:
    """The whole shop as a compressed dump."""
    source, shop = Source("prestashop"), Shop()
    _catalogue(shop)
    for person in people:
        _customer(shop, source, person)
    _orders(shop, source, people)
    _visits(shop, source, people)
    _correspondence(shop, source, people)
    _marketing(shop, source, people)
    _staff(shop, source)
    _left_behind(shop, source)
    compressed(path, shop.dump())


def _catalogue(shop: Shop) -> None:
    stamp = "2015-01-05 09:00:00"
    for table in _NAMES:
        named = {"name": f"{table} 1"} if any(c["column"] == "name" for c in shop.columns[table]) else {}
        shop.add(table, **named)
    shop.add("shop_url", id_shop=1, domain="shop.example.com", domain_ssl="shop.example.com", physical_uri="/", main=1)
    for name, value in (
        ("PS_SHOP_NAME", "Sample shop"),
        ("PS_SHOP_EMAIL", "shop@example.com"),
        ("PS_MULTISHOP_FEATURE_ACTIVE", "0"),
    ):
        shop.add("configuration", name=name, value=value, date_add=stamp, date_upd=stamp)
    for number in range(1, 9):
        shop.add(
            "product", reference=f"SKU-{number:03d}", price=9.99 + number, active=1, date_add=stamp, date_upd=stamp
        )
        shop.add("product_lang", id_product=number, id_shop=1, id_lang=1, name=f"Sample article {number}")
    for state in ("Awaiting payment", "Paid", "Shipped", "Delivered", "Cancelled"):
        number = shop.add("order_state", color="#4169E1")
        shop.add("order_state_lang", id_order_state=number, id_lang=1, name=state)
    shop.add(
        "store",
        city="Klaipėda",
        postcode="91234",
        phone="+370 600 00900",
        email="shop@example.com",
        active=1,
        date_add=stamp,
        date_upd=stamp,
    )
    shop.add("contact", email="shop@example.com", customer_service=1)
    shop.add("psgdpr_consent", id_module=1, active=1, error=0, date_add=stamp, date_upd=stamp)
    shop.add(
        "mjvp_warehouse",
        warehouse_name="Main",
        company_code="",
        contact="Shop staff",
        city="Klaipėda",
        address="Pavyzdžių g. 1",
        zip_code="91234",
        phone="+370 600 00900",
    )


def _customer(shop: Shop, source: Source, person: Person) -> None:
    joined = source.when(4_400, 30)
    number = person.number
    subscribed = source.random.random() < 0.4
    shop.add(
        "customer",
        id_shop_group=1,
        id_shop=1,
        id_gender=source.random.choice((1, 2)),
        id_default_group=3,
        id_lang=1,
        firstname=person.first,
        lastname=person.last,
        email=person.email,
        passwd="$2y$10$" + source.base58(53),
        last_passwd_gen=joined,
        birthday="0000-00-00" if number % 3 else "1990-01-01",
        newsletter=int(subscribed),
        ip_registration_newsletter=source.address() if subscribed else "",
        newsletter_date_add=joined if subscribed else "0000-00-00 00:00:00",
        secure_key=source.hexadecimal(32),
        active=1,
        is_guest=int(number % 5 == 0),
        date_add=joined,
        date_upd=joined,
    )
    shop.add("customer_group", id_customer=number, id_group=3)
    shop.add(
        "address",
        id_country=1,
        id_customer=number,
        alias="Namai",
        firstname=person.first,
        lastname=person.last,
        address1=person.street,
        postcode=person.postcode,
        city=person.town,
        phone=person.phone,
        phone_mobile=person.phone,
        dni=person.personal_code if number % 11 == 0 else "",
        date_add=joined,
        date_upd=joined,
        active=1,
    )
    shop.add(
        "customer_session",
        id_customer=number,
        token=source.hexadecimal(40),
        date_add=joined,
        date_upd=source.when(900, 1),
    )


def _orders(shop: Shop, source: Source, people: tuple[Person, ...]) -> None:
    for number in range(1, 121):
        person = people[number % len(people)]
        # the first twenty are eleven to twelve years old: past the ten that the notice states
        placed = source.when(4_380, 4_020) if number <= 20 else source.when(3_500, 3)
        reference = "".join(source.one(*"ABCDEFGHJKLMNOP") for _ in range(9))
        paid = source.amount()
        cart = _cart(shop, source, person, placed)
        order = shop.add(
            "orders",
            reference=reference,
            id_shop_group=1,
            id_shop=1,
            id_carrier=1,
            id_lang=1,
            id_customer=person.number,
            id_cart=cart,
            id_currency=1,
            id_address_delivery=person.number,
            id_address_invoice=person.number,
            current_state=4,
            secure_key=source.hexadecimal(32),
            payment=source.one("NEOPAY", "NEOPAY (Swedbank)", "Mollie"),
            module="neopay",
            total_paid=paid,
            total_paid_tax_incl=paid,
            total_paid_real=paid,
            invoice_number=number,
            invoice_date="0000-00-00 00:00:00" if number % 9 == 0 else placed + timedelta(hours=1),
            delivery_date="0000-00-00 00:00:00" if number % 4 == 0 else placed + timedelta(days=3),
            valid=1,
            date_add=placed,
            date_upd=placed + timedelta(days=4),
        )
        product = source.random.randint(1, 8)
        shop.add(
            "order_detail",
            id_order=order,
            id_order_invoice=number,
            id_shop=1,
            product_id=product,
            product_name=f"Sample article {product}",
            product_quantity=1,
            product_price=paid,
            product_reference=f"SKU-{product:03d}",
        )
        shop.add("order_history", id_order=order, id_order_state=2, date_add=placed)
        shop.add(
            "order_invoice",
            id_order=order,
            number=number,
            total_paid_tax_incl=paid,
            delivery_date="0000-00-00 00:00:00",
            shop_address="Sample shop",
            date_add=placed + timedelta(hours=1),
        )
        shop.add(
            "order_payment",
            order_reference=reference,
            id_currency=1,
            amount=paid,
            payment_method="NEOPAY",
            conversion_rate=1,
            transaction_id=source.hexadecimal(16),
            date_add=placed,
        )
        shop.add(
            "order_carrier",
            id_order=order,
            id_carrier=1,
            id_order_invoice=number,
            weight=1,
            tracking_number=f"CE{source.digits(9)}LT",
            date_add=placed,
        )
        _delivery(shop, source, person, order, cart, placed, reference)
        if number % 10 == 0:
            shop.add(
                "mollie_payments",
                transaction_id=f"tr_{source.base58(10)}",
                cart_id=cart,
                order_id=order,
                order_reference=reference,
                method=source.one("ideal", "creditcard"),
                bank_status="paid",
                created_at=placed,
                updated_at=placed,
            )
        if number % 15 == 0:
            shop.add(
                "order_slip",
                conversion_rate=1,
                id_customer=person.number,
                id_order=order,
                amount=paid,
                date_add=placed,
                date_upd=placed,
            )
            shop.add(
                "order_return",
                id_customer=person.number,
                id_order=order,
                state=1,
                question="Netinka dydis",
                date_add=placed,
                date_upd=placed,
            )


def _cart(shop: Shop, source: Source, person: Person | None, when: datetime) -> int:
    customer = person.number if person else 0
    cart = shop.add(
        "cart",
        id_shop_group=1,
        id_shop=1,
        id_carrier=1,
        delivery_option="",
        id_lang=1,
        id_address_delivery=customer,
        id_address_invoice=customer,
        id_currency=1,
        id_customer=customer,
        id_guest=customer,
        secure_key=source.hexadecimal(32),
        date_add=when,
        date_upd=when,
    )
    shop.add("cart_product", id_cart=cart, id_product=source.random.randint(1, 8), id_shop=1, quantity=1, date_add=when)
    return cart


def _delivery(
    shop: Shop, source: Source, person: Person, order: int, cart: int, when: datetime, reference: str
) -> None:
    carrier = order % 4
    if carrier == 0:
        shop.add(
            "omniva_order",
            id=order,
            packs=1,
            cod=0,
            weight=1.0,
            tracking_numbers=f'["CE{source.digits(9)}EE"]',
            date_add=when,
            date_upd=when,
            date_track=when,
        )
        shop.add("omniva_order_history", id_order=order, service_code="PK", manifest="1", date_add=when, date_upd=when)
        shop.add("omniva_cart_terminal", id_cart=cart, id_terminal="88001")
    elif carrier == 1:
        shop.add("dpd_order_phone", id_cart=cart, phone=person.phone[5:].replace(" ", ""), phone_area="370")
        shop.add(
            "dpd_shipment",
            id_order=order,
            reference1=reference,
            pl_number=f"0560{source.digits(10)}",
            weight=1,
            date_shipment=when,
            date_add=when,
        )
        shop.add("dpd_receiver_address", id_order=order, id_origin_address=person.number)
        request = {
            "name1": person.first,
            "name2": person.last,
            "street": person.street,
            "phone": person.phone,
            "email": person.email,
        }
        shop.add(
            "dpd_log",
            request=json.dumps(request, ensure_ascii=False),
            response='{"status":"ok"}',
            status="ok",
            date_add=when,
        )
        if order % 8 == 1:
            shop.add("dpd_pudo_cart", pudo_id="LT90001", id_cart=cart, country_code="LT", city=person.town)
    elif carrier == 2:
        other = {"door_code": "12#34", "comment": "skambinti"} if order % 6 == 0 else {}
        shop.add(
            "mjvp_orders",
            id_cart=cart,
            id_order=order,
            manifest_id="99999261101001",
            country_code="LT",
            other_info=json.dumps(other),
            labels_numbers=f'["V99999E{order:07d}"]',
            labels_date=when,
            status="registered",
        )
        if not shop.rows["mjvp_manifest"]:
            shop.add("mjvp_manifest", manifest_id="99999261101001", id_warehouse=1, date_add=when)
    else:
        shop.add("lpexpress_terminal_for_cart", id_cart=cart, id_terminal=101)
    if order % 3 == 0:
        shop.add(
            "evertink_record",
            stamp=f"{when:%Y%m%d}",
            stamp_unix=int((when - datetime(1970, 1, 1)).total_seconds()),
            id_order=order,
            order_reference=reference,
        )
    if order % 2 == 0:
        shop.add("ganalytics", id_order=order, id_customer=person.number, id_shop=1, sent=1, date_add=when)


def _visits(shop: Shop, source: Source, people: tuple[Person, ...]) -> None:
    for number in range(1, 101):
        person = people[number % len(people)] if number % 3 else None
        seen = source.when(2_500, 1)
        guest = shop.add("guest", id_customer=person.number if person else 0, accept_language="lt", mobile_theme=0)
        address = int(ipaddress.ip_address(source.address()))
        visit = shop.add(
            "connections",
            id_shop_group=1,
            id_shop=1,
            id_guest=guest,
            id_page=1,
            ip_address=address,
            date_add=seen,
            http_referer="https://www.example.org/search",
        )
        shop.add("connections_page", id_connections=visit, id_page=1, time_start=seen, time_end=None)
        shop.add(
            "connections_source",
            id_connections=visit,
            http_referer="https://www.example.org/",
            request_uri="shop.example.com/",
            date_add=seen,
        )
        if number % 4 == 0:
            # nobody ordered from these: abandoned carts
            _cart(shop, source, person, seen)


def _correspondence(shop: Shop, source: Source, people: tuple[Person, ...]) -> None:
    for number in range(1, 41):
        person = people[number % len(people)]
        about_order = number % 2
        written = source.when(1_900, 1_200) if about_order and number <= 12 else source.when(1_100, 2)
        thread = shop.add(
            "customer_thread",
            id_shop=1,
            id_lang=1,
            id_contact=1,
            id_customer=person.number if number % 3 else 0,
            id_order=number if about_order else 0,
            status="closed",
            email=person.email,
            token=source.base58(12),
            date_add=written,
            date_upd=written + timedelta(days=1),
        )
        shop.add(
            "customer_message",
            id_customer_thread=thread,
            message=f"Laba diena, klausimas. {person.name}, {person.phone}",
            ip_address=str(int(ipaddress.ip_address(source.address()))),
            user_agent="Mozilla/5.0",
            date_add=written,
            date_upd=written,
        )
        shop.add(
            "mail",
            recipient=person.email,
            template="order_conf",
            subject="Užsakymas gautas",
            id_lang=1,
            date_add=source.when(2_000, 1),
        )
    shop.add(
        "message",
        id_cart=1,
        id_customer=1,
        id_order=1,
        message="Prašau supakuoti kaip dovaną",
        date_add=source.when(300, 10),
    )
    for person in people[:6]:
        text = shop.add("customization", id_cart=person.number, id_product=1, quantity=1, in_cart=1)
        shop.add("customized_data", id_customization=text, type=1, index=1, value=f"Su gimtadieniu, {person.first}!")


def _marketing(shop: Shop, source: Source, people: tuple[Person, ...]) -> None:
    for person in people[:30]:
        active = person.number % 3 != 0
        joined = "0000-00-00 00:00:00" if person.number % 7 == 0 else source.when(3_000 if not active else 900, 100)
        shop.add(
            "emailsubscription",
            id_shop=1,
            id_shop_group=1,
            email=person.email,
            newsletter_date_add=joined,
            ip_registration_newsletter=source.address(),
            active=int(active),
            id_lang=1,
        )
    for person in people[:15]:
        added = source.when(1_500, 5)
        wishes = shop.add(
            "wishlist",
            id_customer=person.number,
            id_shop=1,
            id_shop_group=1,
            token=source.hexadecimal(16).upper(),
            name="Norai",
            counter=1,
            date_add=added,
            date_upd=added,
        )
        shop.add("wishlist_product", id_wishlist=wishes, id_product=1, quantity=1)
        shop.add(
            "product_comment",
            id_product=1,
            id_customer=person.number,
            title="Puiku",
            content=f"Labai patiko. {person.first}",
            customer_name=person.name,
            grade=5,
            validate=1,
            date_add=added,
        )
        shop.add(
            "mailalert_customer_oos",
            id_customer=person.number,
            customer_email=person.email,
            id_product=2,
            id_product_attribute=0,
            id_shop=1,
            id_lang=1,
        )
        shop.add(
            "psgdpr_log",
            id_customer=person.number,
            id_guest=0,
            client_name=person.name,
            id_module=1,
            request_type=1,
            date_add=added,
            date_upd=added,
        )
        shop.add(
            "loyalty_birthday_club",
            id_customer=person.number,
            birthday_on=f"19{70 + person.number}-03-0{1 + person.number % 9}",
            favourite_shop="Klaipėda",
            points=10 * person.number,
            joined_on=added,
            note="",
        )


def _staff(shop: Shop, source: Source) -> None:
    stamp = source.when(60, 1)
    shop.add(
        "employee",
        id_profile=1,
        id_lang=1,
        lastname="Testulis",
        firstname="Administratorius",
        email="staff@example.com",
        passwd="$2y$10$" + source.base58(53),
        active=1,
        last_connection_date=stamp.date().isoformat(),
    )
    shop.add("employee_session", id_employee=1, token=source.hexadecimal(40), date_add=stamp, date_upd=stamp)
    shop.add(
        "log",
        severity=1,
        message=f"Back office connection from {source.address()}",
        id_employee=1,
        date_add=stamp,
        date_upd=stamp,
    )
    shop.add("webservice_account", key="0" * 32, description="sample key", class_name="WebserviceRequest", active=0)


def _left_behind(shop: Shop, source: Source) -> None:
    """What stays when a customer is erased: rows that point to an id that is gone."""
    (person,) = Source("erased").people(1)
    stamp = source.when(1_000, 500)
    shop.add(
        "address",
        id_country=1,
        id_customer=GONE,
        alias="Namai",
        firstname=person.first,
        lastname=person.last,
        address1=person.street,
        postcode=person.postcode,
        city=person.town,
        phone=person.phone,
        date_add=stamp,
        date_upd=stamp,
        active=1,
    )
    shop.add("guest", id_customer=GONE, accept_language="lt")
    shop.add(
        "wishlist",
        id_customer=GONE,
        id_shop=1,
        token=source.hexadecimal(16).upper(),
        name="Norai",
        date_add=stamp,
        date_upd=stamp,
    )
    shop.add("customer_session", id_customer=GONE, token=source.hexadecimal(40), date_add=stamp, date_upd=stamp)
    shop.add(
        "psgdpr_log",
        id_customer=GONE,
        client_name=person.name,
        id_module=1,
        request_type=4,
        date_add=stamp,
        date_upd=stamp,
    )
