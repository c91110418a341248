"""Prose of many languages that opens as prompts do, alone and between paragraphs: not one line may go."""

import pytest

from cleaner import clean_text
from cleaner.boilerplate import compile_rules, shipped_rules
from cleaner.boilerplate.ruleset import subject_of
from cleaner.model import Verdict

ALL = compile_rules(shipped_rules())
PARAGRAPH = "The night ferry will run through the winter, the harbour board decided on Tuesday after long talks."
PROSE = """
Download speeds on the island doubled within a year.
Support for the ferry is growing among the islanders.
Support our troops, read the banner over the harbour gate.
Already a member of the crew at fourteen, she knew the bay.
To continue the voyage, they took on coal at Hollin Head.
To read the full list of the drowned took the mayor an hour.
Loading took nine hours and cost two men their fingers.
Got a tip? Waiters on the pier live on nothing else.
Have a story ready, the pilots used to say, and a coin.
Found an error in the ledger, the clerk began again.
Follow the coast on foot and you will see the seals.
Picture: a boy on a pier, a lamp, and nobody else.
Breaking news travels slowly on an island without a telegraph.
Register to vote at the town hall before the first of May.
Register for free lessons began at nine, and the queue was long.
Help us keep the light burning, the keeper wrote to the king.
More articles by hand than by machine came from that yard.
All posts by the pier were painted green last summer.
Duration matters more than speed on the night crossing.
Mehr von uns blieben an Bord, als der Sturm kam.
Mehr von diesem Fisch wird heute in Asien gegessen.
Spenden helfen dem Verein seit dreißig Jahren.
Unterstützen Sie unsere Feuerwehr, stand auf dem Plakat.
Weiterlesen mit Genuss kann nur, wer Zeit hat.
An dieser Stelle finden Sie Ruhe, sagte der Abt.
Bereits registriert? Das fragte der Beamte jeden, der vom Schiff kam.
Mit Klick auf den Schalter geht das Licht an, mehr braucht es nicht im Leuchtturm am Ende der Mole, sagt der Wärter.
Haben Sie Hinweise auf den Verbleib des Bootes, so fragte der Kommissar die Fischer am Hafen von Dunmarrow.
Um weiterzulesen, zündete sie eine zweite Lampe an.
Soutenez notre équipe, criaient les marins sur le quai.
Commenter la décision du juge, le ministre s'y refuse.
Profitez de votre abonnement annuel pour voyager, disait l'affiche.
Connectez-vous avec la nature, conseille le guide.
Apoya nuestro peso en la barandilla, dijo el piloto.
Comentar es fácil, gobernar no lo es.
Mostrar más respeto no le habría costado nada.
Sostieni il nostro peso, disse il pilota alla corda.
Scarica la legna e torna a casa, gli disse il padre.
L'articolo continua dopo la virgola, spiegò il maestro.
Apoie nosso time, gritavam os marinheiros no cais.
Baixe o volume, pediu o capitão.
Confira a maré antes de sair, dizem os pilotos.
Steun ons niet, zei de kapitein, steun de bemanning.
Doneren kan in de haven, elke zondag na de mis.
Stöd vår sak, sade lotsen, och följ oss ut.
Kommentera inte vädret, sade lotsen till pojken.
Støtt vår sak, sa losen, og følg oss ut.
Juttu jatkuu vanhassa kylässä vielä monta vuotta myöhemmin, kun poika palaa merille.
Wesprzyj nasze ramiona, wołał sternik do załogi.
Haberin devamı gelmedi ve köy sabaha kadar bekledi.
Поддержите нашу лодку, кричал лоцман с причала.
Нашли ошибку в карте слишком поздно.
Показать ещё больше упрямства было невозможно.
Підтримайте нашу громаду, просив староста людей на площі.
تابعنا على الشاطئ سفينة بيضاء حتى غابت.
إعلان الاستقلال وقع في عام 1956.
הצטרפו לקבוצת המלחים שלושה נערים מן הכפר.
डाउनलोड करें या न करें, फैसला आपका है, गुरु ने कहा।
写真は当時の港を写している。
編集者は船長の手紙を読み返した。
下载客户端需要十分钟，他说完就走了，再也没有回到码头。
编辑工作很辛苦，他说。
责任编辑的工作很辛苦，可是他从不抱怨。
사진은 당시 항구의 모습을 보여준다.
관련기사가 나간 뒤 시장은 사과했다.
앱 다운로드 수가 두 배로 늘었다고 회사는 밝혔다.
Ikuti berita itu, kata nelayan tua, dan kau akan tahu.
Unduh aplikasi itu memakan waktu sepuluh menit di pulau.
Theo dõi báo chí, ông biết tàu sẽ trở lại vào tháng sau.
Ảnh hưởng của bão kéo dài ba ngày.
""".strip().splitlines()


@pytest.mark.parametrize("line", PROSE)
def test_no_rule_drops_it(line: str) -> None:
    assert [e.rule for e in ALL.see(subject_of(line)) if e.verdict is Verdict.DROP] == []


def test_it_stays_between_paragraphs() -> None:
    text = "\n\n".join(part for line in PROSE for part in (PARAGRAPH, line))
    assert clean_text(text).text == text
