"""What repetition on a site adds to: words and shapes too weak to drop a line by, on lines that stand on many of its pages in one place."""

# fmt: off
from cleaner.rule import AllOf, Measure, Phrase, Rule, Token

__all__ = ["RULES"]

_REPEATED = Measure(name="repeated", at_least=1.0)

RULES = (
    Rule(
        id="learned/word",
        match=AllOf(matches=(Phrase(phrases=(
            "newsletter", "subscribe", "subscribers", "subscription", "sign up", "log in", "follow us", "share this", "comments", "read more", "related", "advertisement", "sponsored",
            "cookies", "our app", "whatsapp", "telegram", "all rights reserved", "abonnieren", "anmelden", "werbung", "anzeige", "kommentare", "datenschutz", "mehr zum thema",
            "abonnez", "publicité", "lire aussi", "commentaires", "suscríbete", "publicidad", "comentarios", "te puede interesar", "assine", "publicidade", "leia mais",
            "iscriviti", "pubblicità", "leggi anche", "nieuwsbrief", "advertentie", "lees ook", "nyhetsbrev", "annons", "läs också", "prenumerera", "nyhedsbrev", "annonce",
            "læs også", "les også", "uutiskirje", "mainos", "lue myös", "zapisz się", "reklama", "czytaj też", "komentarze", "odběr", "inzerce", "hírlevél", "hirdetés",
            "abonează", "publicitate", "citește și", "εγγραφείτε", "διαβάστε επίσης", "abone ol", "reklam", "подписывайтесь", "подписаться", "читайте также", "комментарии",
            "підписуйтесь", "читайте також", "النشرة البريدية", "إعلان", "اقرأ أيضا", "ניוזלטר", "פרסומת", "न्यूज़लेटर", "विज्ञापन", "यह भी पढ़ें", "購読", "広告", "関連記事", "订阅", "廣告", "广告",
            "相关阅读", "구독", "광고", "관련기사", "berlangganan", "iklan", "baca juga", "đăng ký", "quảng cáo", "xem thêm",
        ), max_words=25), _REPEATED)),
        why="A short line with a word of notices and prompts, which this site sets on many of its pages in the same place.",
        hits=(
            "Our newsletter", "You may subscribe", "For subscribers", "A subscription", "Please sign up", "Please log in", "Do follow us", "Do share this", "All comments",
            "You can read more", "Things related", "The advertisement", "Their sponsored", "Our cookies", "In our app", "By WhatsApp", "By Telegram", "with all rights reserved",
            "Hier abonnieren", "Hier anmelden", "Die Werbung", "Die Anzeige", "Alle Kommentare", "Unser Datenschutz", "Hier mehr zum Thema", "Vite, abonnez", "La publicité",
            "On peut lire aussi", "Vos commentaires", "Ya suscríbete", "La publicidad", "Sus comentarios", "Esto te puede interesar", "Agora assine", "A publicidade", "E leia mais",
            "Subito iscriviti", "La pubblicità", "E leggi anche", "De nieuwsbrief", "De advertentie", "En lees ook", "Vårt nyhetsbrev", "En annons", "Och läs också", "Gärna prenumerera",
            "Vores nyhedsbrev", "En annonce", "Og læs også", "Og les også", "Hyvä uutiskirje", "Tämä mainos", "Ja lue myös", "Dziś zapisz się", "Ta reklama", "I czytaj też",
            "Wasze komentarze", "Nový odběr", "Naše inzerce", "Az hírlevél", "Az hirdetés", "Acum abonează", "O publicitate", "Și citește și", "Τώρα εγγραφείτε",
            "Και διαβάστε επίσης", "Şimdi abone ol", "Bir reklam", "Скорее подписывайтесь", "Можно подписаться", "И читайте также", "Ваши комментарии", "Швидше підписуйтесь",
            "І читайте також", "في النشرة البريدية", "هذا إعلان", "ثم اقرأ أيضا", "זה ניוזלטר", "זו פרסומת", "यह न्यूज़लेटर", "यह विज्ञापन", "और यह भी पढ़ें", "今すぐ購読を", "これは広告です", "下の関連記事へ",
            "请订阅我们", "這是廣告", "这是广告", "更多相关阅读", "지금 구독 바로", "여기 광고 있음", "더 관련기사 보기", "Ayo berlangganan", "Ini iklan", "Dan baca juga", "Hãy đăng ký", "Đây quảng cáo",
            "Và xem thêm",
        ),
        misses=("The captain said nothing.", "The news letter came by boat."),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "hu", "ro", "el", "tr", "ru", "uk", "ar", "he", "hi", "ja", "zh", "ko", "id", "vi",
        ),
    ),
    Rule(
        id="learned/link",
        match=AllOf(matches=(_REPEATED, Measure(name="link_share", at_least=0.8), Measure(name="words", at_most=20), Measure(name="ends_sentence", at_most=0.0))),
        why="A link, and little else, which this site sets on many of its pages in the same place.",
        hits=("The harbour in pictures",),
        misses=("The harbour was full of pictures.",),
        languages=("und",),
    ),
    Rule(
        id="learned/box",
        match=AllOf(matches=(Token(tokens=(
            "aside", "sidebar", "widget", "promo", "teaser", "banner", "callout", "infobox", "box", "more", "links", "recommend", "recommended", "recirc", "cta", "subscribe", "social",
            "footer", "notice", "disclaimer", "embed", "outbrain", "taboola",
        ), max_words=30), _REPEATED)),
        why="A short text in a box beside the article, which this site sets on many of its pages in the same place.",
        hits=("The bay at your breakfast table, every day",),
        misses=("The bay lay quiet that morning, and on every table of every kitchen that looked upon it there stood, as there had stood since anyone could remember, a lamp that nobody put out.",),
        languages=("und",),
    ),
)
