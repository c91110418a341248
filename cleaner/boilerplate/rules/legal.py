"""Copyright tails and disclaimers of the publisher."""

# fmt: off
from cleaner.rule import AllOf, Line, Measure, Pattern, Phrase, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="legal/copyright",
        match=Phrase(phrases=(
            "Copyright ©", "Copyright (c)", "© Copyright", "All rights reserved", "Alle Rechte vorbehalten", "Tous droits réservés", "Todos los derechos reservados",
            "Reservados todos los derechos", "Todos os direitos reservados", "Tutti i diritti riservati", "Alle rechten voorbehouden", "Wszelkie prawa zastrzeżone",
            "Všechna práva vyhrazena", "Všetky práva vyhradené", "Minden jog fenntartva", "Toate drepturile rezervate", "Все права защищены", "Всі права захищені",
            "Всички права запазени", "Sva prava pridržana", "Sva prava zadržana", "Με επιφύλαξη παντός δικαιώματος", "Tüm hakları saklıdır", "جميع الحقوق محفوظة",
            "כל הזכויות שמורות", "सर्वाधिकार सुरक्षित", "版权所有", "版權所有", "無断転載", "무단전재", "저작권자", "สงวนลิขสิทธิ์", "Bản quyền thuộc", "Alla rättigheter förbehållna",
            "Alle rettigheder forbeholdes", "Kaikki oikeudet pidätetään",
        ), max_words=40),
        why="The copyright line of the publisher.",
        hits=(
            "2023 Harbour News Copyright © since then", "2023 Harbour News Copyright (c) since then", "2023 Harbour News © Copyright since then",
            "2023 Harbour News All rights reserved since then", "2023 Harbour News Alle Rechte vorbehalten since then", "2023 Harbour News Tous droits réservés since then",
            "2023 Harbour News Todos los derechos reservados since then", "2023 Harbour News Reservados todos los derechos since then",
            "2023 Harbour News Todos os direitos reservados since then", "2023 Harbour News Tutti i diritti riservati since then",
            "2023 Harbour News Alle rechten voorbehouden since then", "2023 Harbour News Wszelkie prawa zastrzeżone since then",
            "2023 Harbour News Všechna práva vyhrazena since then", "2023 Harbour News Všetky práva vyhradené since then", "2023 Harbour News Minden jog fenntartva since then",
            "2023 Harbour News Toate drepturile rezervate since then", "2023 Harbour News Все права защищены since then", "2023 Harbour News Всі права захищені since then",
            "2023 Harbour News Всички права запазени since then", "2023 Harbour News Sva prava pridržana since then", "2023 Harbour News Sva prava zadržana since then",
            "2023 Harbour News Με επιφύλαξη παντός δικαιώματος since then", "2023 Harbour News Tüm hakları saklıdır since then", "2023 Harbour News جميع الحقوق محفوظة since then",
            "2023 Harbour News כל הזכויות שמורות since then", "2023 Harbour News सर्वाधिकार सुरक्षित since then", "版权所有", "版權所有", "無断転載", "무단전재", "저작권자",
            "2023 Harbour News สงวนลิขสิทธิ์ since then", "2023 Harbour News Bản quyền thuộc since then", "2023 Harbour News Alla rättigheter förbehållna since then",
            "2023 Harbour News Alle rettigheder forbeholdes since then", "2023 Harbour News Kaikki oikeudet pidätetään since then",
            "Copyright ©2019 Dow Jones & Company, Inc. All Rights Reserved.", "Copyright ⓒ Entermedia. 무단전재 및 재배포 금지",
        ),
        misses=("Copyright lawyers disagree.", "All rights were reserved for the crew."),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "bg", "hr", "el", "tr", "ar", "he", "hi", "zh", "ja", "ko", "th",
            "vi",
        ),
    ),
    Rule(
        id="legal/copyright-year",
        match=AllOf(matches=(Pattern(regex=r"copyright,? ?:? ?(?:©|\(c\)|c)? ?(?:19|20)\d\d.{0,80}|copyright:? (?:©|\(c\)|c) .{1,90}|copyright: [^.!?]{1,80}|(?:©|\(c\)) ?(?:19|20)\d\d.{0,80}", max_words=22), Measure(name="in_list", at_most=0.0))),
        why="A copyright line with its year.",
        hits=("Copyright © 2026. Texas Mattress Makers.", "© 2019 Harbour News", "Copyright: Project Syndicate, 2025", "Copyright ⓒ Entermedia.co.kr"),
        misses=("Copyright was new in England in 1976", "Copyrighted 2010 maps"),
        languages=("en",),
    ),
    Rule(
        id="legal/reuse",
        match=Phrase(phrases=(
            "may not be published, broadcast, rewritten or redistributed", "may not be reproduced without", "without written permission", "ohne schriftliche genehmigung",
            "reproduction interdite", "prohibida su reproducción", "prohibida la reproducción", "proibida a reprodução", "riproduzione riservata", "nachdruck verboten",
            "wiedergabe wurde gespeichert", "запрещается без", "при перепечатке", "禁止转载", "未经授权", "禁止無断転載", "無断転載を禁じます", "재배포 금지", "未經授權", "opinions expressed here are",
            "die meinung der redaktion dar", "alle angaben ohne gewähr",
        ), max_words=50),
        why="A notice about reuse or liability.",
        hits=(
            "This material may not be published, broadcast, rewritten or redistributed", "This material may not be reproduced without", "This material without written permission",
            "This material ohne schriftliche genehmigung", "This material reproduction interdite", "This material prohibida su reproducción",
            "This material prohibida la reproducción", "This material proibida a reprodução", "This material riproduzione riservata", "This material © riproduzione riservata",
            "This material nachdruck verboten", "This material wiedergabe wurde gespeichert", "This material запрещается без", "This material при перепечатке", "禁止转载", "未经授权",
            "禁止無断転載", "無断転載を禁じます", "재배포 금지", "未經授權", "This material opinions expressed here are", "This material die meinung der redaktion dar",
            "This material alle angaben ohne gewähr",
        ),
        misses=("Without permission the ferry left.", "Reproduction is slow."),
        languages=("en", "de", "fr", "es", "pt", "it", "ru", "zh", "ja", "ko"),
    ),
    Rule(
        id="legal/footer-line",
        match=AllOf(matches=(Line(labels=(
            "Terms of Use", "Terms of Service", "Terms and Conditions", "Terms & Conditions", "Privacy Policy", "Privacy Notice", "Legal notice", "Imprint", "Editorial guidelines",
            "Editorial policy", "Datenschutzerklärung", "Datenschutz", "Impressum", "AGB", "Nutzungsbedingungen", "Mentions légales", "Politique de confidentialité",
            "Conditions d'utilisation", "Aviso legal", "Política de privacidad", "Política de privacidade", "Términos y condiciones", "Termos de uso", "Note legali",
            "Informativa sulla privacy", "Privacyverklaring", "Privacybeleid", "Algemene voorwaarden", "Polityka prywatności", "Regulamin", "Zásady ochrany osobních údajů",
            "Adatvédelem", "Impresszum", "Politica de confidențialitate", "Политика конфиденциальности", "Пользовательское соглашение", "Політика конфіденційності",
            "Gizlilik politikası", "Kullanım koşulları", "سياسة الخصوصية", "隐私政策", "隱私政策", "プライバシーポリシー", "利用規約", "特定商取引法に基づく表記", "개인정보처리방침", "이용약관", "นโยบายความเป็นส่วนตัว",
            "Chính sách bảo mật", "Kebijakan privasi", "Advertiser disclosure", "Affiliate disclosure", "Do not sell my personal information",
        )), Measure(name="in_list", at_most=0.0))),
        why="A link of the page's footer.",
        hits=("Privacy Policy", "Datenschutzerklärung", "Impressum", "利用規約"),
        misses=("Privacy policy debates", "Terms of endearment"),
        languages=("en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "hu", "ro", "ru", "uk", "tr", "ar", "zh", "ja", "ko", "th", "vi", "id"),
    ),
    Rule(
        id="legal/box",
        match=AllOf(matches=(Token(tokens=("copyright", "copyright-notice", "copyrights", "copyright-info"), max_words=20), Measure(name="ends_sentence", at_most=0.0))),
        why="A short text in a box that the page itself calls its copyright notice.",
        hits=("The Harbour Press and its writers", "Reprints from the harbour office only"),
        misses=("The law came to the islands with the mail boat.",),
        languages=("en",),
    ),
)
