"""Cookie and consent notices."""

# fmt: off
from cleaner.rule import AllOf, Line, Measure, Phrase, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="consent/line",
        match=AllOf(matches=(Line(labels=(
            "Cookie policy", "Cookie settings", "Cookie preferences", "Cookie notice", "Manage cookies", "Manage consent", "Manage preferences", "Accept cookies",
            "Accept all cookies", "Accept all", "Accept & continue", "Accept and continue", "I accept", "I agree", "Reject all", "We use cookies", "We value your privacy",
            "Your privacy choices", "This website uses cookies", "This site uses cookies", "Cookie-Einstellungen", "Cookie-Erklärung", "Cookie-Richtlinie", "Cookies akzeptieren",
            "Alle akzeptieren", "Alle ablehnen", "Akzeptieren", "Datenschutzeinstellungen", "Datenschutzeinstellungen anpassen", "Datenschutz-Einstellungen",
            "Ein Klick für den Datenschutz", "Zustimmen und weiter", "Gérer les cookies", "Tout accepter", "Tout refuser", "Accepter et continuer", "Accepter les cookies",
            "Continuer sans accepter", "Paramétrer les cookies", "Paramètres des cookies", "Aceptar cookies", "Aceptar todo", "Rechazar todo", "Configurar cookies",
            "Política de cookies", "Aceitar cookies", "Aceitar todos", "Gerir cookies", "Accetta tutti", "Accetta i cookie", "Gestisci cookie", "Alles accepteren",
            "Cookie-instellingen", "Alle cookies accepteren", "Acceptera", "Acceptera alla", "Accepter alle", "Godta alle", "Godkend alle", "Hyväksy kaikki", "Evästeasetukset",
            "Akceptuję", "Zgadzam się", "Ustawienia prywatności", "Polityka cookies", "Přijmout vše", "Souhlasím", "Prijať všetko", "Elfogadom", "Accept toate", "Принять все",
            "Прийняти", "Приемам", "Prihvatam", "Slažem se", "Αποδοχή", "Αποδοχή όλων", "Kabul et", "Tümünü kabul et", "Çerez politikası", "قبول الكل", "接受所有 Cookie", "同意する",
            "すべて同意する", "Cookie設定", "모두 동의", "ยอมรับ", "Đồng ý", "Terima semua",
        )), Measure(name="in_list", at_most=0.0))),
        why="A button or heading of a consent notice.",
        hits=("Accept all cookies", "Cookie Policy", "Cookie-Erklärung", "すべて同意する"),
        misses=("Cookie recipes", "Accept all guests", "Cookies"),
        languages=("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "hr", "el", "tr", "zh", "ja", "ko", "th", "vi", "id"),
    ),
    Rule(
        id="consent/notice",
        match=Phrase(phrases=(
            "we use cookies to", "we use cookies and", "this website uses cookies", "this site uses cookies", "our website uses cookies", "uses cookies to improve",
            "by continuing to use this site", "by continuing to browse", "by using this site, you agree", "by clicking “accept”", "by clicking accept", "agree to our terms",
            "agree to our privacy policy", "you accept our privacy policy", "agree to our use of cookies", "agree to the use of cookies", "agree to the storing of cookies",
            "consent to receive emails", "wir verwenden cookies", "wir nutzen cookies", "nutzen wir cookies", "diese website verwendet cookies", "diese seite verwendet cookies",
            "der verwendung von cookies zu", "stimmen sie der verwendung von cookies", "nous utilisons des cookies", "ce site utilise des cookies",
            "en poursuivant votre navigation", "utilizamos cookies", "usamos cookies", "este sitio utiliza cookies", "este sitio web utiliza cookies", "este site utiliza cookies",
            "este site usa cookies", "utilizziamo i cookie", "questo sito utilizza cookie", "questo sito utilizza i cookie", "wij gebruiken cookies",
            "deze website gebruikt cookies", "vi använder cookies", "vi bruger cookies", "vi bruker cookies", "käytämme evästeitä", "ta strona używa plików cookie",
            "używamy plików cookie", "strona korzysta z plików cookie", "tento web používá soubory cookie", "používáme cookies", "používame cookies", "ez a weboldal sütiket",
            "sütiket használ", "acest site folosește cookie", "мы используем файлы cookie", "мы используем cookie", "сайт использует файлы cookie", "ми використовуємо файли cookie",
            "използваме бисквитки", "koristimo kolačiće", "uporabljamo piškotke", "χρησιμοποιούμε cookies", "çerezleri kullanıyoruz", "çerezler kullanılmaktadır",
            "tiek izmantotas sīkdatnes", "naudojame slapukus", "kasutame küpsiseid", "نستخدم ملفات تعريف الارتباط", "我们使用cookie", "我們使用cookie", "クッキーを使用", "cookieを使用", "쿠키를 사용",
            "เว็บไซต์นี้ใช้คุกกี้", "chúng tôi sử dụng cookie", "kami menggunakan cookie", "utilitzem galetes", "löschen den verlauf und deine cookies",
        ), max_words=90),
        why="A consent notice.",
        hits=(
            "Here we use cookies to", "Here we use cookies and", "Here this website uses cookies", "Here this site uses cookies", "Here our website uses cookies",
            "Here uses cookies to improve", "Here by continuing to use this site", "Here by continuing to browse", "Here by using this site, you agree", "Here by clicking “accept”",
            "Here by clicking accept", "Here agree to our terms", "Here agree to our privacy policy", "Here you accept our privacy policy", "Here agree to our use of cookies",
            "Here agree to the use of cookies", "Here agree to the storing of cookies", "Here consent to receive emails", "Here wir verwenden cookies", "Here wir nutzen cookies",
            "Here nutzen wir cookies", "Here diese website verwendet cookies", "Here diese seite verwendet cookies", "Here der verwendung von cookies zu",
            "Here stimmen sie der verwendung von cookies", "Here nous utilisons des cookies", "Here ce site utilise des cookies", "Here en poursuivant votre navigation",
            "Here utilizamos cookies", "Here usamos cookies", "Here este sitio utiliza cookies", "Here este sitio web utiliza cookies", "Here este site utiliza cookies",
            "Here este site usa cookies", "Here utilizziamo i cookie", "Here questo sito utilizza cookie", "Here questo sito utilizza i cookie", "Here wij gebruiken cookies",
            "Here deze website gebruikt cookies", "Here vi använder cookies", "Here vi bruger cookies", "Here vi bruker cookies", "Here käytämme evästeitä",
            "Here ta strona używa plików cookie", "Here używamy plików cookie", "Here strona korzysta z plików cookie", "Here tento web používá soubory cookie",
            "Here používáme cookies", "Here používame cookies", "Here ez a weboldal sütiket", "Here sütiket használ", "Here acest site folosește cookie",
            "Here мы используем файлы cookie", "Here мы используем cookie", "Here сайт использует файлы cookie", "Here ми використовуємо файли cookie", "Here използваме бисквитки",
            "Here koristimo kolačiće", "Here uporabljamo piškotke", "Here χρησιμοποιούμε cookies", "Here çerezleri kullanıyoruz", "Here çerezler kullanılmaktadır",
            "Here tiek izmantotas sīkdatnes", "Here naudojame slapukus", "Here kasutame küpsiseid", "Here نستخدم ملفات تعريف الارتباط", "我们使用cookie", "我們使用cookie", "クッキーを使用",
            "Here cookieを使用", "쿠키를 사용", "Here เว็บไซต์นี้ใช้คุกกี้", "Here chúng tôi sử dụng cookie", "Here kami menggunakan cookie", "Here utilitzem galetes",
            "Here löschen den verlauf und deine cookies",
        ),
        misses=("We bake cookies to sell.", "Google, as a vendor, uses cookies to serve ads."),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "bg", "hr", "sl", "el", "tr", "lv", "lt", "et", "ar", "zh",
            "ja", "ko", "th", "vi", "id", "ca",
        ),
    ),
    Rule(
        id="consent/box",
        match=Token(tokens=("cookie-banner", "cookie-notice", "cookie-consent", "cookiebanner", "gdpr", "onetrust", "didomi", "usercentrics", "cky-consent"), max_words=30),
        why="A short text in a box that asks for consent.",
        hits=("Always active", "Necessary ones make the page work."),
        misses=("The baker of the harbour kept a jar of broken ones for the pilots, who ate them with their tea before the boat went out, and he put the jar down in his books as rope.",),
        languages=("en",),
    ),
    Rule(
        id="consent/near",
        match=Token(tokens=("cookie", "cookies"), max_words=12),
        why="A few words in a box named after cookies, which manuals and recipes have too.",
        hits=("Always active", "Necessary ones make the page work."),
        misses=("A cookie is set at a point where the answer does not exist yet, by a callback of the next request.",),
        languages=("en",),
    ),
)
