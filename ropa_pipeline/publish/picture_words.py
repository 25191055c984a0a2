"""The words of the picture sheets, English and Lithuanian.

Belongs here: headings, legends and what is said where there is nothing to draw. Does not belong here: drawing.
"""

from collections.abc import Mapping

from ropa_pipeline.publish.words_en import read_words

_ENGLISH = read_words("""
about flows = Whose data are held in which system, who receives them, and in which country. The lines below the \
headings say the same as the picture.
flows = Data flows
people = Data subjects
systems = Systems
recipients = Recipients
recipient = Recipient
countries = Countries
country = Country
third countries = Third countries (Art. 30(1)(e))
data = Data categories
how many = How many
unseen = stated, seen in no system
no country = country NOT STATED
no third country = third country NOT STATED
others = {count} other|{count} others
categories = {count} data category|{count} data categories
legend third = third country, according to the transfers
legend unknown = seen in no system, or NOT STATED
flows in words = Four columns of boxes joined by lines: {people} data subjects, {systems} systems, {recipients} \
recipients, {countries} countries. The rows of this sheet hold every flow.
no flows = The register knows no flow of data yet.
no recipients = No recipient is known: NOT STATED.
about trends = How open findings and overdue rows went from release to release. The rows hold the figures of \
the pictures.
day = Day
release = Release
errors = Errors
warnings = Warnings
checks = To check
open = Open findings
overdue = Overdue rows
overdue title = Overdue rows over time
findings title = Open findings over time
one release = There is one release so far; a trend needs two.
no overdue = No rule ever had overdue rows.
one measurement = Overdue rows were measured once so far; a trend needs two.
not counted = not counted
trend in words = {lines} lines from {first} to {last}. The figures stand in the rows of this sheet and of the \
retention sheet.
""")
_LITHUANIAN = read_words("""
about flows = Kieno duomenys kurioje sistemoje laikomi, kas juos gauna ir kurioje valstybėje. Eilutės po \
antraštėmis sako tą patį, ką paveikslas.
flows = Duomenų srautai
people = Duomenų subjektai
systems = Sistemos
recipients = Gavėjai
recipient = Gavėjas
countries = Valstybės
country = Valstybė
third countries = Trečiosios valstybės (30 str. 1 d. e p.)
data = Duomenų kategorijos
how many = Kiek
unseen = nurodyta, nematyta sistemoje
no country = valstybė NENURODYTA
no third country = trečioji valstybė NENURODYTA
others = kiti: {count}
categories = {count} duomenų kategorija|{count} duomenų kategorijos|{count} duomenų kategorijų
legend third = trečioji valstybė pagal perdavimus
legend unknown = nematyta sistemoje arba NENURODYTA
flows in words = Keturi langelių stulpeliai, sujungti linijomis: duomenų subjektų {people}, sistemų {systems}, \
gavėjų {recipients}, valstybių {countries}. Visi srautai surašyti šio lapo eilutėse.
no flows = Registre kol kas nėra duomenų srautų.
no recipients = Gavėjų nežinoma: NENURODYTA.
about trends = Kaip keitėsi atvirų pastabų ir pavėluotų ištrinti eilučių skaičius. Paveikslų skaičiai surašyti \
eilutėse.
day = Diena
release = Versija
errors = Klaidos
warnings = Įspėjimai
checks = Patikrinti
open = Atviros pastabos
overdue = Pavėluotos ištrinti eilutės
overdue title = Pavėluotos ištrinti eilutės laikui bėgant
findings title = Atviros pastabos laikui bėgant
one release = Kol kas yra viena versija; pokyčiui parodyti reikia dviejų.
no overdue = Nė viena taisyklė neturėjo pavėluotų ištrinti eilučių.
one measurement = Pavėluotos eilutės kol kas suskaičiuotos vieną kartą; pokyčiui parodyti reikia dviejų.
not counted = neskaičiuota
trend in words = Linijų: {lines}, nuo {first} iki {last}. Skaičiai surašyti šio ir saugojimo terminų lapo eilutėse.
""")
WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "lt": _LITHUANIAN}
