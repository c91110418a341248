"""Labels of paid content and lines about partners who paid for the page."""

# fmt: off
from cleaner.rule import AllOf, Label, Line, Measure, Opening, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="sponsored/label",
        match=AllOf(matches=(Label(labels=(
            "Sponsored", "Sponsored content", "Sponsored post", "Sponsored stories", "Sponsored links", "Promoted content", "Promoted stories", "Paid content", "Paid post",
            "Partner content", "Branded content", "Advertorial", "From our partners", "From our sponsors", "A message from our sponsor", "Message from our sponsor",
            "A word from our sponsor", "Gesponserter Inhalt", "Gesponserte Inhalte", "Contenu sponsorisé", "Contenido patrocinado", "Conteúdo patrocinado",
            "Contenuto sponsorizzato", "Gesponsorde content", "Treść sponsorowana", "Sponsorlu içerik",
        ), edits=1), Measure(name="in_list", at_most=0.0))),
        why="A label of paid content.",
        hits=("Sponsored", "SPONSORED CONTENT", "Sponsored Contents", "Contenido patrocinado"),
        misses=("Sponsored runners raised 4,000 pounds.", "Sponsored content is disclosed", "Paid leave"),
        languages=("en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr"),
    ),
    Rule(
        id="sponsored/line",
        match=AllOf(matches=(Line(labels=(
            "Sponsored story", "Sponsored link", "Sponsored video", "Sponsored article", "Sponsored message", "Sponsored by", "Promoted", "Promoted post", "Promoted links",
            "Paid partnership", "Paid for by", "Paid program", "Partner offer", "Partner offers", "Brand content", "Brandvoice", "Advertorials", "From our partner",
            "From our sponsor", "A message from our sponsors", "A word from our sponsors", "Our sponsors", "Today's sponsor", "Around the web", "From around the web",
            "From the web", "More from the web", "You may also like from our partners", "Content from our partners", "Content provided by", "In partnership with",
            "In association with", "Presented by", "Brought to you by", "Special offer", "Special offers", "Exclusive offer", "Top deals", "Today's deals", "Shop now", "Buy now",
            "Gesponsert", "Gesponserter Beitrag", "Gesponserter Artikel", "Bezahlter Inhalt", "Bezahlte Partnerschaft", "Bezahlter Beitrag", "Partnerinhalt", "Partnerangebot",
            "Partnerangebote", "In Kooperation mit", "In Zusammenarbeit mit", "Präsentiert von", "Unser Partner", "Von unseren Partnern", "Inhalte unserer Partner", "Sonderthema",
            "Sonderveröffentlichung", "Anzeigensonderveröffentlichung", "Verlagsangebot", "Contenu partenaire", "Contenus sponsorisés", "Sponsorisé", "Sponsorisé par",
            "Article sponsorisé", "En partenariat avec", "Publi-rédactionnel", "Publirédactionnel", "Publireportage", "Contenu de marque", "Proposé par", "Présenté par",
            "Liens sponsorisés", "Ailleurs sur le web", "Patrocinado", "Patrocinado por", "Contenido promocionado", "Contenidos patrocinados", "Publirreportaje",
            "Contenido de marca", "Enlaces patrocinados", "Ofrecido por", "Presentado por", "Promocionado", "Conteúdo de marca", "Patrocinados", "Publieditorial", "Publipost",
            "Oferecido por", "Apresentado por", "Informe publicitário", "Sponsorizzato", "Sponsorizzato da", "In collaborazione con", "Contenuto promozionale", "Offerto da",
            "Gesponsord", "Gesponsorde inhoud", "Partnerbijdrage", "Aangeboden door", "In samenwerking met", "Betaalde content", "Sponsrat", "Sponsrat innehåll", "Sponsrad artikel",
            "I samarbete med", "Sponsoreret", "Sponsoreret indhold", "Sponset innhold", "Betalt innhold", "Sponset", "Sponsoroitu", "Kaupallinen yhteistyö", "Sponsoroitu sisältö",
            "Artykuł sponsorowany", "Materiał sponsorowany", "Materiał partnera", "Materiał promocyjny", "Treść partnera", "Sponsorowane", "Sponzorovaný obsah", "Sponzorováno",
            "Partnerský obsah", "Szponzorált tartalom", "Támogatott tartalom", "Conținut sponsorizat", "Партнерский материал", "Партнёрский материал", "Спонсорский материал",
            "На правах рекламы.", "Спецпроект", "Новости партнеров", "Новости партнёров", "Партнёрский проект", "Партнерский проект", "Промо", "Партнерський матеріал",
            "Новини партнерів", "Спонсориран", "Платена публикация", "Sponzorirano", "Sponzorirani sadržaj", "Sponzorirani članak", "Plaćeni sadržaj", "Χορηγούμενο",
            "Χορηγούμενο περιεχόμενο", "Sponsorlu", "Sponsor", "محتوى مدفوع", "محتوى برعاية", "برعاية", "محتوای حمایت شده", "תוכן ממומן", "ממומן", "प्रायोजित", "赞助内容", "赞助", "贊助內容",
            "赞助商内容", "推广内容", "スポンサー", "スポンサードコンテンツ", "提供", "タイアップ", "タイアップ記事", "협찬", "스폰서", "เนื้อหาที่ได้รับการสนับสนุน", "Nội dung tài trợ", "Được tài trợ", "Konten bersponsor",
            "Konten sponsor", "Disponsori", "Contingut patrocinat",
        )), Measure(name="in_list", at_most=0.0))),
        why="A label of paid content that is also a common word or the start of a sentence: only alone on its line.",
        hits=("Sponsored by", "Gesponsert", "提供", "Around the Web", "Shop now"),
        misses=("Sponsored by the harbour board", "Our sponsors left early.", "Shop now closed"),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "hu", "ro", "ru", "uk", "bg", "hr", "el", "tr", "ar", "fa", "he", "hi", "zh", "ja", "ko",
            "th", "vi", "id", "ca",
        ),
    ),
    Rule(
        id="sponsored/notice",
        match=Opening(phrases=(
            "This article is sponsored by", "This post is sponsored by", "This article was sponsored by", "This content is sponsored by", "This article is brought to you by",
            "This content was paid for", "This post was sponsored by", "This story was paid for by", "This is a sponsored post", "This is sponsored content",
            "Thanks to our sponsor", "Sponsored content by", "Sponsored post by", "Paid content from", "Paid for and presented by", "Content sponsored by",
            "Dieser Artikel wurde gesponsert", "Dieser Beitrag wurde gesponsert", "Dieser Beitrag entstand in Kooperation mit", "Cet article est sponsorisé",
            "Article réalisé en partenariat avec", "Este artículo está patrocinado", "Contenido ofrecido por", "Este conteúdo é um oferecimento", "Artykuł sponsorowany przez",
        ), max_words=35),
        why="A sentence that says who paid for the page.",
        hits=(
            "This article is sponsored by Harbour Mills", "This post is sponsored by Harbour Mills", "This article was sponsored by Harbour Mills",
            "This content is sponsored by Harbour Mills", "This article is brought to you by Harbour Mills", "This content was paid for Harbour Mills",
            "This post was sponsored by Harbour Mills", "This story was paid for by Harbour Mills", "This is a sponsored post Harbour Mills",
            "This is sponsored content Harbour Mills", "Thanks to our sponsor Harbour Mills", "Sponsored content by Harbour Mills", "Sponsored post by Harbour Mills",
            "Paid content from Harbour Mills", "Paid for and presented by Harbour Mills", "Content sponsored by Harbour Mills", "Dieser Artikel wurde gesponsert Harbour Mills",
            "Dieser Beitrag wurde gesponsert Harbour Mills", "Dieser Beitrag entstand in Kooperation mit Harbour Mills", "Cet article est sponsorisé Harbour Mills",
            "Article réalisé en partenariat avec Harbour Mills", "Este artículo está patrocinado Harbour Mills", "Contenido ofrecido por Harbour Mills",
            "Este conteúdo é um oferecimento Harbour Mills", "Artykuł sponsorowany przez Harbour Mills",
        ),
        misses=("This article is sponsorship history.", "This post is brought forward."),
        languages=("en", "de", "fr", "es", "pt", "pl"),
    ),
    Rule(
        id="sponsored/box",
        match=Token(tokens=(
            "sponsored", "sponsored-content", "sponsored-post", "sponsor", "paid-content", "partner-content", "native-advertising",
        ), max_words=30),
        why="A short text in a box that the page itself calls sponsored.",
        hits=("Ten reasons to take the night ferry", "Brought to the bay by the Harbour Bank"),
        misses=("The bank paid for the boats, for the oars, for the hats and for the tea, and when the race was over it asked the winners to row past its windows once again.",),
        languages=("en",),
    ),
)
