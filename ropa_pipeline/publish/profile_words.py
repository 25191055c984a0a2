"""What a regulator's form says of itself, in English and Lithuanian.

Belongs here: the fixed sentences of forms. Does not belong here: the forms' headings (``mappings/profiles``) and the
words of the register (``language``).
"""

from collections.abc import Mapping

from ropa_pipeline.publish.words_en import read_words

_EN = read_words("""
read me = Read me
how filled = How filled
about = About
what = The register in the columns of a regulator's form. The register itself holds more.
what this is = What this is
authority = Regulator
source = Where the form's columns are known from
checked = What must still be checked
controller = Controller
as of = As of
as of value = {date} (time zone {zone})
state = State
approved = APPROVED by {who}, in force from {start}.
approved until = APPROVED by {who}, in force from {start} until {end}.
draft = DRAFT: not yet approved by anybody.
superseded = DRAFT, never approved, followed by a later release.
snapshot = Snapshot
content hash = Content hash
tool = Tool
warning = Warning
sample = Built on SAMPLE DATA that this tool generated. It is no record of a real controller.
sample short = SAMPLE DATA: not a real record.
how to read = How to read it
how to read value = Words in [brackets] and the colour say where a line comes from.
unknown = NOT STATED: nobody has said it, and nothing shows it. Nothing that is only proposed stands here.
banner = {name}, as of {date}. {state}
field = Field
value = Value
provision = Provision
part = Sheet
form column = The form's column
our columns = Filled from
wording = Heading
filled = Filled
how = How far
note = Note
full = in full
partial = in part
not stated = not stated
not held = the register has no such column
no rows = no row
the form's = the form's words
ours = our words
to be checked = to be compared with the form
public = Public.
internal = INTERNAL.
authority only = For the supervisory authority (Art. 30(4)).
how filled about = One row per column. A column that the register cannot fill stays in the form as NOT STATED.
table = table
table about = One row per processing activity, for the screen. To print, use the sheet {sheet}.
unanswered = Not yet answered
absent = Does not exist here
nothing = No row: the register has nothing of the kind. That is no statement that there is none.
derived gone = Findings and drift are kept for the newest release only, so that they are NOT STATED here.
""")
_LT = read_words("""
read me = Skaitykite pirmiausia
how filled = Kaip užpildyta
about = Apie
what = Veiklos registras priežiūros institucijos formos stulpeliais. Pats registras platesnis.
what this is = Kas tai
authority = Priežiūros institucija
source = Iš kur žinomi formos stulpeliai
checked = Ką dar būtina patikrinti
controller = Duomenų valdytojas
as of = Duomenų data
as of value = {date} (laiko juosta {zone})
state = Būsena
approved = PATVIRTINTA: {who}, galioja nuo {start}.
approved until = PATVIRTINTA: {who}, galiojo nuo {start} iki {end}.
draft = JUODRAŠTIS: dar niekas nepatvirtino.
superseded = JUODRAŠTIS, nepatvirtintas, po jo buvo vėlesnė versija.
snapshot = Versija
content hash = Turinio maiša
tool = Įrankis
warning = Įspėjimas
sample = Sudaryta iš PAVYZDINIŲ DUOMENŲ, kuriuos sukūrė šis įrankis. Tai nėra tikro duomenų valdytojo registras.
sample short = PAVYZDINIAI DUOMENYS: ne tikras registras.
how to read = Kaip skaityti
how to read value = Žodžiai [skliaustuose] ir spalva rodo, iš kur eilutė.
unknown = NENURODYTA: niekas to nepasakė ir niekas to nerodo. Čia nėra nieko, kas tik siūloma.
banner = {name}, {date} duomenys. {state}
field = Laukas
value = Reikšmė
provision = Nuostata
part = Lapas
form column = Formos stulpelis
our columns = Užpildyta iš
wording = Antraštė
filled = Užpildyta
how = Kiek
note = Pastaba
full = visiškai
partial = iš dalies
not stated = nenurodyta
not held = registre tokio stulpelio nėra
no rows = nėra eilučių
the form's = formos žodžiai
ours = mūsų žodžiai
to be checked = būtina palyginti su forma
public = Vieša.
internal = VIDAUS NAUDOJIMUI.
authority only = Priežiūros institucijai (30 str. 4 d.).
how filled about = Viena eilutė stulpeliui. Ko registras užpildyti negali, lieka formoje kaip NENURODYTA.
table = lentelė
table about = Viena eilutė kiekvienai veiklai, skaityti ekrane. Spausdinti skirtas lapas {sheet}.
unanswered = Dar neatsakyta
absent = Čia tokios veiklos nėra
nothing = Eilučių nėra: registre nieko tokio nėra. Tai nėra teiginys, kad tokios veiklos nėra.
derived gone = Pastabos ir neatitikimai saugomi tik naujausioje versijoje, todėl čia NENURODYTA.
""")
SAYS: Mapping[str, Mapping[str, str]] = {"en": _EN, "lt": _LT}
