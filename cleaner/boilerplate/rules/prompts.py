"""What a page asks of its reader and says of itself, in many languages: to comment, log in, pay, support, load, listen, report, scroll on."""

# fmt: off
from cleaner.rule import AllOf, Line, Measure, Opening, Pattern, Phrase, Rule

__all__ = ["RULES"]

_NO_LIST = Measure(name="in_list", at_most=0.0)
_MANY = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "el", "tr", "ru", "uk", "ar", "he", "hi", "ja", "zh", "ko", "id", "vi",
)

_COMMENT = (
    "What do you think? Let us", "What do you think? Share", "What do you think? Tell", "Log in to comment on", "Sign in to comment on", "You must be logged in to", "You need to log in to comment",
    "Please log in to comment", "Share your thoughts in the comments", "Do you have any tips to add", "Was meinen Sie? Schreiben Sie", "Was meint ihr? Schreibt", "Was ist eure Meinung",
    "Was denken Sie? Schreiben Sie", "Schreiben Sie uns Ihre Meinung in", "Qu'en pensez-vous ? Dites", "Donnez votre avis dans les commentaires", "Connectez-vous pour commenter",
    "Inicia sesión para comentar", "¿Qué opinas? Déjanos", "Déjanos tu comentario", "Accedi per commentare", "Che ne pensi? Scrivi", "E tu cosa ne pensi? Scrivi", "Faça login para comentar",
    "O que você acha? Deixe", "Wat vind jij? Laat", "Log in om te reageren", "Zaloguj się, aby skomentować", "Войдите, чтобы комментировать", "Увійдіть, щоб коментувати",
    "Авторизуйтесь, чтобы", "Yorum yapmak için giriş", "Silakan masuk untuk berkomentar", "Đăng nhập để bình luận",
)
_MEMBER = (
    "Already a member?", "Already have an account?", "Already registered?", "Already subscribed?", "Already a subscriber?", "Are you already a subscriber?", "Not a subscriber?", "Not a member?",
    "Bereits registriert?", "Bereits Kunde?", "Bereits Abonnent?", "Bereits Mitglied?", "Schon Abonnent?", "Schon registriert?", "Noch kein Abo?", "Noch kein Abonnent?", "Sie haben bereits ein Abo?",
    "Déjà abonné ?", "Déjà abonné·e ?", "Déjà abonné?", "Déjà inscrit ?", "Pas encore abonné ?", "Vous êtes abonné ?", "Vous avez un compte ?",
    "¿Ya eres suscriptor?", "¿Ya eres socio?", "¿Ya tienes cuenta?", "¿Ya tienes una cuenta?", "¿Ya eres usuario registrado?", "¿Ya estás suscrito?", "¿Aún no eres suscriptor?",
    "Sei già abbonato?", "Sei già registrato?", "Hai già un abbonamento?", "Hai già un account?", "Già abbonato?", "Já é assinante?", "Já é cadastrado?", "Já tem uma conta?", "Já sou assinante",
    "Al abonnee?", "Ben je al abonnee?", "Bent u al abonnee?", "Al een account?", "Heb je al een account?", "Nog geen abonnee?", "Redan prenumerant?", "Är du redan prenumerant?", "Har du redan ett konto?",
    "Allerede abonnent?", "Er du allerede abonnent?", "Har du allerede en konto?", "Oletko jo tilaaja?", "Onko sinulla jo tunnus?", "Masz już konto?", "Masz już prenumeratę?", "Jesteś już prenumeratorem?",
    "Již máte předplatné?", "Už máte předplatné?", "Máte již účet?", "Už ste predplatiteľ?", "Már előfizető?", "Ești deja abonat?", "Ai deja cont?", "Είστε ήδη συνδρομητής;", "Zaten abone misiniz?", "Hesabınız var mı?",
    "Уже есть подписка?", "Уже подписаны?", "Уже есть аккаунт?", "Уже зарегистрированы?", "Вже є підписка?", "Вже маєте підписку?", "Вже є акаунт?", "هل لديك حساب؟", "כבר מנוי?", "Sudah punya akun?", "Đã có tài khoản?",
)
_PAY = (
    "To continue reading,", "To read the full", "To keep reading,", "Create a free account to", "Create an account to continue", "Register for free to", "Register to continue", "Register now to",
    "Start your free trial", "Start your trial", "This is a premium article", "This is a subscriber-only", "This is exclusive content for", "Subscribers only:", "Subscribe to unlock", "Unlock this article", "Log in to read",
    "Dieser Artikel ist nur für Abonnenten", "Dieser Artikel ist exklusiv für", "Dieser Artikel ist Teil unseres", "Dieser Artikel ist kostenpflichtig", "Dieser Inhalt ist exklusiv für", "Weiterlesen mit", "Jetzt weiterlesen mit", "Diesen Artikel weiterlesen mit",
    "Um weiterzulesen,", "Mit Ihrem Abo unterstützen", "Mit einem Abo lesen Sie", "Abonnez-vous pour lire", "S'abonner pour lire", "Pour lire la suite,", "Contenu réservé aux", "Este contenido es exclusivo", "Este artículo es exclusivo",
    "Suscríbete para continuar", "Suscríbete para leer", "Para seguir leyendo", "Regístrate para seguir", "Este conteúdo é exclusivo", "Esta reportagem é exclusiva", "Assine para ler", "Para continuar lendo", "Para continuar a ler", "Cadastre-se para continuar",
    "Per continuare a leggere", "Abbonati per leggere", "Questo articolo è riservato", "Contenuto riservato agli", "Dit artikel is exclusief voor", "Om verder te lezen", "Lees verder met een", "Denna artikel är för", "Artikeln är låst",
    "För att läsa vidare", "Artiklen er kun for", "Denne artikel er kun for", "For å lese videre", "Denne saken er for", "Denne artikkelen er for", "Tämä artikkeli on vain", "Juttu on vain tilaajille", "Tilaa lukeaksesi", "Artykuł dostępny tylko", "Treść dostępna tylko", "Dalszy ciąg dostępny", "Tento článek je pouze pro", "Tento článok je len pre", "Článek je určen pouze", "Ez a cikk csak előfizetőknek", "A cikk folytatásához", "Conținut exclusiv pentru", "Acest articol este disponibil doar", "Bu içerik sadece abonelere",
    "Материал доступен только", "Статья доступна только", "Чтобы продолжить чтение", "Оформите подписку, чтобы", "Матеріал доступний лише", "Щоб продовжити читання", "هذا المحتوى متاح للمشتركين", "הכתבה למנויים בלבד", "この記事は会員限定", "会員限定記事", "有料会員になると", "この先は会員", "订阅会员继续", "本文为付费", "開通會員", "유료 회원 전용", "로그인 후 이용", "Artikel ini khusus pelanggan", "Bài viết dành cho thành viên",
)
_SUPPORT = (
    "Support our journalism", "Support our work", "Support independent", "Help us keep", "Unterstützen Sie unsere", "Unterstütze unsere", "Unterstützen Sie unabhängigen", "Soutenez notre", "Soutenez le journalisme", "Soutenez un média", "Apoya el periodismo", "Apoya nuestro", "Ayúdanos a seguir", "Haz una donación",
    "Sostieni il giornalismo", "Sostieni il nostro", "Apoie o jornalismo", "Apoie nosso", "Steun onafhankelijke", "Steun ons", "Støt vores", "Støtt vår", "Stöd vår", "Tue työtämme", "Wspieraj niezależne", "Wesprzyj nasze", "Podpořte naši", "Podporte našu", "Támogasd a munkánkat", "Susține jurnalismul", "Поддержите независимую", "Поддержите нашу", "Підтримайте нашу", "Підтримайте незалежну",
)
_APP = (
    "Download our free app", "Download the free app", "Download our app for", "Download our mobile app", "Get our free app", "Install our app", "Jetzt App herunterladen", "Laden Sie unsere App", "Lade dir unsere App", "Holen Sie sich unsere App", "Hol dir die App", "Hier geht es zur App", "Téléchargez notre application", "Téléchargez l'application", "Descarga nuestra aplicación",
    "Descarga la aplicación", "Descarga la app", "Descárgate la app", "Scarica la nostra app", "Scarica gratis l'app", "Baixe nosso app", "Baixe nosso aplicativo", "Baixe o app", "Descarregue a app", "Download onze app", "Ladda ner vår app", "Hent vores app", "Last ned vår app", "Lataa sovelluksemme", "Pobierz naszą aplikację", "Stáhněte si naši aplikaci",
    "Stáhněte si aplikaci", "Stiahnite si aplikáciu", "Töltsd le", "Descarcă aplicația", "Κατεβάστε την εφαρμογή", "Uygulamamızı indirin", "Скачайте наше приложение", "Скачайте приложение", "Завантажте наш застосунок", "حمل التطبيق", "حمّل تطبيق", "הורידו את האפליקציה", "ऐप डाउनलोड करें", "アプリをダウンロード", "アプリで読む", "下载客户端", "點我下載", "不用抽 不用搶", "打开APP", "앱에서 보기", "앱 다운로드", "Unduh aplikasi", "Tải ứng dụng",
)
_CHANNEL = (
    "Add us as a preferred source", "Make us your preferred source", "Click here to join", "Rejoignez notre chaîne", "Rejoignez-nous sur", "Suivez notre chaîne", "Segui il nostro canale", "Iscriviti al nostro canale", "Entra nel canale", "Siga o canal", "Participe do nosso", "Entre no grupo", "Clique aqui para entrar", "Clique aqui e", "Seguí nuestro canal", "Sumate al canal",
    "Seguite il nostro canale", "Volg ons kanaal", "Følg vores kanal", "Seuraa meitä", "Dołącz do nas na", "Obserwuj nasz kanał", "Sledujte náš kanál", "Csatlakozz hozzánk", "Abonați-vă la canalul", "Intrați pe canalul", "Bizi Google News", "Bizi WhatsApp", "WhatsApp kanalımıza", "Telegram kanalımıza", "Подписывайтесь на наш", "Подписывайтесь на канал", "Подпишитесь на наш", "Присоединяйтесь к нашему",
    "Підписуйтеся на", "Долучайтеся до", "Приєднуйтесь до", "تابعنا على", "تابعونا عبر", "اشترك في قناتنا", "انضم إلى قناتنا", "הצטרפו לערוץ", "הצטרפו לקבוצת", "व्हाट्सएप चैनल", "हमारे व्हाट्सएप", "हमें फेसबुक", "हमें गूगल", "公式xを", "公式LINE", "扫描二维码", "扫码关注", "加入LINE", "加LINE", "네이버에서 구독", "네이버 채널", "카카오톡 채널", "Gabung di saluran", "Ikuti berita", "Ikuti saluran", "Theo dõi chúng tôi", "Theo dõi báo", "ما را در تلگرام",
)
_REPORT = (
    "Got a tip?", "Got a news tip?", "Got a story?", "Have a tip?", "Have a news tip?", "Have a story?", "Do you have a story", "Do you have a news tip", "Do you know more? Email", "Found an error?", "Found a mistake?", "Spotted an error?", "Spotted a mistake?", "See an error?", "Notice an error?", "Fehler gefunden?", "Haben Sie einen Fehler", "Fehler entdeckt?", "Ihnen ist ein Fehler aufgefallen?",  "Une erreur ?",
    "Vous avez repéré une erreur", "Une faute ?", "Une information à nous", "¿Has encontrado un error", "¿Encontraste un error", "¿Ha encontrado un error", "Hai trovato un errore", "Hai una segnalazione", "Encontrou um erro", "Encontrou algum erro", "Viu algum erro", "Fout gezien?", "Foutje gezien?", "Tip de redactie", "Heb je een tip", "Hittat fel", "Har du tips", "Tipsa oss", "Har du et tip", "Tips oss", "Huomasitko virheen", "Lähetä vinkki", "Zauważyłeś błąd", "Widzisz błąd", "Masz temat dla",
    "Našli jste chybu", "Našli jste v článku chybu", "Našli ste chybu", "Hibát talált", "Ai găsit o greșeală", "Hata mı buldunuz", "Нашли ошибку", "Если вы нашли ошибку", "Заметили ошибку", "Если вы заметили ошибку", "Знайшли помилку", "Якщо ви знайшли помилку", "Помітили помилку", "Якщо ви помітили помилку", "제보는", "기사제보", "Phát hiện lỗi",
)
_CONTINUES = (
    "Tekst gaat verder onder", "De tekst gaat verder onder", "Artikel gaat verder onder", "Het artikel gaat verder onder", "Verhaal gaat verder onder", "Tekst loopt door onder", "Lees verder onder", "Saken fortsetter under", "Saken fortsetter etter", "Artikkelen fortsetter under", "Artikkelen fortsetter etter", "Artiklen fortsætter under", "Artiklen fortsætter efter", "Teksten fortsætter", "Historien fortsætter", "Artikeln fortsätter under", "Artikeln fortsätter efter",
    "Texten fortsätter", "Juttu jatkuu", "Artikkeli jatkuu", "Dalszy ciąg materiału pod", "Dalszy ciąg artykułu pod", "Dalsza część artykułu", "Dalsza część tekstu", "Reszta artykułu pod", "Reszta tekstu pod", "Ciąg dalszy artykułu", "Ciąg dalszy pod", "Ciąg dalszy tekstu pod", "Článek pokračuje pod", "Text pokračuje pod", "Článok pokračuje pod", "A cikk a hirdetés", "A cikk a videó", "Articolul continuă", "Haberin devamı", "Haber devam ediyor", "Продолжение после", "Продолжение под", "Продовження після",
    "Продовження під", "Η συνέχεια μετά", "广告之后", "请继续往下", "請繼續往下", "我是廣告", "広告の後に", "記事は広告の後", "기사는 광고 뒤", "Artikel dilanjutkan setelah", "Artikel berlanjut setelah", "Der Artikel wird nach", "Der Artikel geht nach", "Der Beitrag geht unter", "La suite de l'article après", "La nota continúa", "La noticia continúa", "A matéria continua", "O texto continua após", "L'articolo continua dopo", "L'articolo prosegue dopo",
)
_AUTHOR = (
    "View all posts by", "See all posts by", "All posts by", "More articles by", "More stories by", "Read more from", "Weitere Artikel von", "Alle Artikel von", "Alle Beiträge von", "Mehr von", "Tous les articles de", "Voir tous les articles de", "Plus d'articles de", "Más artículos de", "Ver todas las entradas de", "Ver más artículos de", "Tutti gli articoli di", "Altri articoli di", "Ver todos os posts", "Mais artigos de", "Meer artikelen van", "Alle artikelen van", "Fler artiklar av", "Flere artikler af", "Flere artikler av",
    "Lisää kirjoittajalta", "Wszystkie artykuły autora", "Wszystkie wpisy", "Více článků od", "Toate articolele", "Все статьи автора", "Все материалы автора", "Усі статті автора", "Όλα τα άρθρα", "Yazarın diğer yazıları",
)
_RELATED = (
    "Čtěte též", "Čtěte více", "Přečtěte si také", "Mohlo by vás zajímat", "Prečítajte si aj", "Olvasd el ezt is", "Olvasta már", "Kapcsolódó cikk", "Recomandări:", "Recomandarea", "Pe aceeași temă", "ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "Διάβασε ακόμα", "Διαβάστε ακόμη", "Ещё по теме", "Еще по теме", "Материал по теме", "Также по теме", "Також за темою", "Читайте по темі", "قد يهمك أيضا", "قد يهمك أيضًا", "قد يعجبك أيضا", "اقرأ أيضًا", "طالع أيضا",
    "ये भी पढ़ें", "यह भी पढ़ें", "इसे भी पढ़ें", "ये भी देखें", "관련기사", "관련 기사", "함께 보면 좋은", "Прочетете също", "Четете още", "Вижте също", "Pročitaj i ovo", "Pročitajte i", "Možda vas zanima", "Skaityk taip pat", "Skaitykite taip pat", "Lasi vēl", "Lasiet arī", "Loe veel", "Confira:", "Lea además:", "Vea además:", "VIDÉO.", "EN IMAGES.", "VIDEO |", "FOTO |", "延伸閱讀", "更多新聞", "更多新闻", "看更多", "相關新聞", "もっと読む", "こちらもおすすめ", "あわせて読む",
)
_LABELS = (
    "Add your comment", "Comments have been disabled", "This article is closed for comments", "Log in to comment", "Sign in to comment", "You must be logged in to post a comment", "Read in the app", "Continue in the app", "If you liked this article, share it with your friends", "Prices correct at time of publication", "Audio version of this article", "This video can not be played", "This video cannot be played",
    "To play this video you need to enable JavaScript in your browser", "Video Player is loading", "Show table of contents", "Hide table of contents", "Reprinted with permission", "Bookmark this article", "In diesem Artikel", "In dit artikel", "W tym artykule", "L'autore", "Send us your tips", "Loading", "Show less", "Breaking News", "Sign up here for our free morning briefing", "Open the app", "Sign in to continue",
    "Direkt zum Inhalt", "Zur Navigation springen", "Zum Hauptinhalt springen", "Zum Hauptinhalt", "Hinterlasse einen Kommentar", "Kommentar hinterlassen", "Die Kommentarfunktion ist geschlossen", "Die Kommentare sind geschlossen", "Kommentare sind geschlossen", "Kommentare sind deaktiviert", "Diesen Artikel anhören", "Zur Autorenseite", "Hier geht es zum Newsletter", "Spenden", "Jetzt unterstützen",
    "Zurück zur Startseite", "Zurück zur Übersicht", "Weniger anzeigen", "Mehr laden", "Redaktionell empfohlener Inhalt", "Themen in diesem Artikel", "Ihr Browser unterstützt das Video-Element nicht", "Ihr Browser unterstützt kein HTML5-Video", "Externer Inhalt", "Artikel verschenken", "Seite drucken", "Artikel speichern", "Artikel versenden", "Beitrag hören",
    "Les commentaires sont fermés", "Imprimer l'article", "Lecture audio", "Du même auteur", "Votre adresse email", "Profitez de votre abonnement", "Accepter tout", "Afficher plus", "Afficher moins", "Votre navigateur ne supporte pas la vidéo", "Certains liens de cet article sont affiliés", "Offrir cet article", "Ajouter à mes favoris", "Aller à la navigation", "Revenir en haut", "Ajouter aux favoris",
    "Comentar", "Mostrar comentarios", "Los comentarios están cerrados", "Guardar artículo", "Escucha este artículo", "Artículo anterior", "Siguiente artículo", "Mostrar más", "Mostrar menos", "Cargar más", "Conforme a los criterios de", "Conforme a los criterios de The Trust Project", "Normas ›", "Más información ›", "Tu navegador no soporta el video", "Regalar artículo", "Archivado En",
    "Salta al contenuto", "I commenti sono chiusi", "Ascolta questo articolo", "Foto Ansa", "Foto Afp", "Foto LaPresse", "Accetta e continua", "Rifiuta tutto", "Gestisci i cookie", "Tutti i diritti sono riservati", "Articolo precedente", "Articolo successivo", "Mostra altro", "Carica altri", "Ricevi ogni mattina le notizie", "Regala questo articolo",
    "Pular para o conteúdo", "Escreva um comentário", "Comentários encerrados", "Ouça este conteúdo", "Ouvir notícia", "Cadastre-se gratuitamente", "Próxima matéria", "Matéria anterior", "Próximo artigo", "Artigo anterior", "Carregar mais", "Mostrar mais",
    "Ga naar de inhoud", "Direct naar de inhoud", "Reageren", "Deel via Facebook", "Deel via WhatsApp", "Word abonnee", "Neem een abonnement", "Meld je aan voor de nieuwsbrief", "Accepteer alle cookies", "Doneer", "Vorig artikel", "Volgend artikel", "Toon meer", "Toon minder", "Laad meer", "Meer laden",
    "Hoppa till innehåll", "Kommentera", "Spara artikel", "Lyssna på artikeln", "Endast för prenumeranter", "Bli prenumerant", "Ladda ner appen", "Godkänn alla", "Acceptera alla cookies", "Integritetspolicy", "Till toppen", "Tillbaka till toppen", "Visa mer", "Visa mindre", "Ladda fler", "Stäng",
    "Læg en kommentar", "Lyt til artiklen", "Indholdsfortegnelse", "Bliv abonnent", "Download appen", "Tillad alle cookies", "Til toppen", "Gem artikel", "Kommentér", "Gå til indhold",
    "Lytt til artikkelen", "Lytt til saken", "Bli abonnent", "Last ned appen", "Vis mer", "Vis mindre", "Hopp til innhold", "Lukk", "Kommenter",
    "Siirry sisältöön", "Kirjoita kommentti", "Kuuntele artikkeli", "Kirjoittajasta", "Lataa sovellus", "Hyväksy evästeet", "Takaisin ylös", "Näytä lisää", "Näytä vähemmän", "Sulje",
    "Przejdź do treści", "Posłuchaj artykułu", "Tylko dla prenumeratorów", "Kup prenumeratę", "Kup subskrypcję", "Pobierz aplikację", "Zaakceptuj wszystkie", "Wróć na górę", "Powrót na górę", "Pokaż więcej", "Załaduj więcej", "Wczytaj więcej", "Zapisz na później",
    "Přejít k obsahu", "Přejít na obsah", "Diskutovat", "Přidejte komentář", "Tisknout", "Obsah článku", "Poslechnout článek", "Pouze pro předplatitele", "Načíst další", "Zobrazit více", "Zpět nahoru", "Len pre predplatiteľov", "Zobraziť viac", "Načítať ďalšie", "Prejsť na obsah",
    "Ugrás a tartalomhoz", "Megosztás Facebookon", "Csak előfizetőknek", "Előfizetek", "Vissza a tetejére", "Továbbiak betöltése", "Hozzászólok",
    "Sari la conținut", "Copiază linkul", "Înapoi sus", "Încarcă mai multe", "Vezi toate", "Mai multe articole",
    "Μετάβαση στο περιεχόμενο", "Αφήστε ένα σχόλιο", "Προσθέστε σχόλιο", "Μοιραστείτε το άρθρο", "Συνδεθείτε", "Με την επιφύλαξη παντός δικαιώματος", "Δείτε περισσότερα", "Φόρτωση περισσότερων",
    "İçeriğe geç", "Haberin devamı", "Yorum gönder", "Bir yorum bırakın", "Yorum ekle", "Okumaya devam et", "Başa dön", "Daha fazla göster", "Daha fazla yükle", "Tümünü gör",
    "Перейти к содержимому", "Перейти к содержанию", "Поделиться в Facebook", "Поделиться в Telegram", "Поделиться ВКонтакте", "Слушать статью", "Скачать приложение", "Поддержать редакцию", "Показать ещё", "Показать еще", "Загрузить ещё", "Загрузить еще", "Версия для печати", "Добавить в избранное",
    "Поділитися у Facebook", "Поділитися в Telegram", "Завантажити застосунок", "Усі права захищені", "Показати більше", "Завантажити ще", "Тільки для передплатників", "Версія для друку",
    "انتقل إلى المحتوى", "اكتب تعليقك", "شارك على فيسبوك", "استمع إلى المقال", "عرض المزيد", "تحميل المزيد", "للاشتراك",
    "דלג לתוכן", "כתוב תגובה", "הוסיפו תגובה", "שתף בפייסבוק", "תוכן עניינים", "לחצו כאן להרשמה", "טען עוד", "הצג עוד",
    "अपनी टिप्पणी दें", "फेसबुक पर शेयर करें", "न्यूज़लेटर के लिए साइन अप करें", "और देखें", "सभी देखें",
    "今すぐ登録", "Facebookでシェア", "xでシェア", "lineで送る", "この記事をシェア", "もっと見る", "ページの先頭へ", "トップページへ戻る", "コメントを投稿する",
    "本文目录", "文章目录", "阅读原文", "点击查看更多", "关注微信公众号", "关注公众号", "下载APP", "分享此文", "點我看更多", "展开全文", "收起", "加载更多", "返回首页", "举报", "收藏",
    "페이스북 공유", "페이스북으로 공유하기", "글자 크기 조절", "기사 더보기", "이 기사를 공유합니다", "카카오톡으로 공유", "댓글을 입력해주세요", "기사공유하기", "스크랩", "기사 스크랩하기", "본문 글씨 줄이기", "본문 글씨 키우기", "맨 위로",
    "Lewati ke konten", "Tinggalkan komentar", "Bagikan ke Facebook", "Masuk", "Hak cipta dilindungi undang-undang", "Lanjutkan membaca", "Halaman selanjutnya", "Halaman berikutnya", "Lihat semua", "Selengkapnya",
    "Ý kiến của bạn", "Đăng ký nhận tin", "Xem tất cả", "Tải thêm", "Gửi ý kiến", "Lưu bài viết",
    "Podijeli na Facebooku", "Podeli na Fejsbuku", "تمام حقوق محفوظ است", "அனைத்து உரிமைகளும் பாதுகாக்கப்பட்டவை",
)


_SAYS_SUPPORT = (
    "journalism", "reporting", "newsroom", "readers", "donation", "donate", "subscription", "journalismus", "redaktion", "spende", "abo", "journalisme", "rédaction", "média", "don", "periodismo", "donación", "redacción", "giornalismo", "donazione", "redazione", "jornalismo", "doação", "journalistiek", "donatie", "journalistik", "journalistikk", "journalismia", "dziennikarstwo", "redakcję", "novinařinu", "žurnalistiku", "redakci", "redakciu", "újságírást", "jurnalismul", "журналистику", "редакцию", "журналістику", "редакцію",
)
_SAYS_PAY = (
    "subscribe", "subscription", "subscriber", "subscribers", "account", "sign in", "log in", "trial", "premium", "register", "membership", "members", "unlock", "abo", "abos", "abonnement", "abonnenten", "plus", "digitalabo", "registrieren", "anmelden", "einloggen", "kostenlos", "kostenpflichtig", "abonnés", "abonné", "abonnez-vous", "s'abonner", "connectez-vous", "compte", "suscriptores", "suscríbete", "regístrate", "suscripción", "socios",
    "assinantes", "assine", "assinatura", "login", "cadastre-se", "abbonati", "abbonamento", "accedi", "abonnees", "abonnee", "prenumeranter", "prenumerant", "prenumerera", "logga in", "abonnenter", "abonnent", "log ind", "logg inn", "tilaajille", "tilaa", "subskrybentów", "prenumeratorów", "prenumeratę", "zaloguj się", "předplatitele", "předplatné", "predplatiteľov", "előfizetőknek", "előfizetés", "abonaților", "abonați", "abonelere", "подписчикам", "подписку", "підписникам", "підписку", "للمشتركين", "למנויים",
    "会員", "会员", "付费", "會員", "회원", "로그인", "pelanggan", "thành viên",
)
_SAYS_STORE = (
    "app store", "google play", "ios", "android", "iphone", "free", "kostenlos", "gratuitement", "gratuite", "gratis", "gratuitamente", "grátis", "zdarma", "za darmo", "bezpłatnie", "ingyen", "gratuit", "δωρεάν", "ücretsiz", "бесплатно", "безкоштовно", "مجانا", "בחינם", "無料", "免费", "免費", "무료", "miễn phí",
)
_SAYS_NETWORK = (
    "whatsapp", "telegram", "telegramie", "google", "facebook", "facebooku", "facebookissa", "facebookon", "instagram", "instagramie", "viber", "youtube", "twitter", "x", "tiktok", "flipboard", "фейсбуке", "телеграм", "телеграме", "вконтакте", "ватсап", "вайбер", "телеграмі", "фейсбуці", "max", "дзен", "дзене", "فيسبوك", "تيليجرام", "تليجرام", "تلغرام", "واتساب", "تويتر", "הטלגרם", "הווטסאפ", "הוואטסאפ", "फेसबुक", "व्हाट्सएप", "गूगल", "微信", "公众号", "line", "카카오톡", "네이버", "تلگرام",
)
_SAYS_WRITE = (
    "email", "mail", "contact", "let us know", "tell us", "report it", "send us", "call us", "get in touch", "newsroom", "ctrl", "melden", "mailen", "schreiben sie", "écrivez-nous", "contactez", "signalez", "avísanos", "escríbenos", "repórtalo", "segnalacelo", "segnalalo", "scrivici", "avise", "comunique", "meld", "mejla", "maila", "skriv", "kirjoita", "ilmoita", "napisz", "zgłoś", "napište", "nahlaste", "napíšte", "jelezze", "írja", "scrie-ne", "bildirin", "выделите", "сообщите", "напишите", "виділіть", "повідомте", "напишіть", "카카오톡", "메일",
)
_SAYS_WHERE = (
    "advertentie", "foto", "video", "afbeelding", "bildet", "bilde", "annonsen", "annoncen", "videoen", "billedet", "bilden", "videon", "mainoksen", "kuvan", "wideo", "reklamą", "zdjęciem", "reklamou", "videem", "hirdetés", "videó", "reclamă", "reklamdan", "aşağıda", "рекламы", "видео", "рекламой", "реклами", "відео", "διαφήμιση", "廣告", "广告", "閱讀", "阅读", "広告", "광고", "iklan", "anzeige", "werbung", "publicité", "publicidad", "publicidade", "pubblicità", "annonce", "tweet",
)


def _asking(name: str, phrases: tuple[str, ...], said: tuple[str, ...], max_words: int, why: str, *misses: str) -> Rule:
    """The rule of one kind of prompt that needs two things: its opening, and a word of what it asks for."""
    bare = next(phrase for phrase in phrases if not any(word in phrase.lower() for word in said))
    hits = (*(f"{phrase} 9 {said[0]}" for phrase in phrases), *(f"{bare} 9 {word}" for word in said))
    match = AllOf(matches=(Opening(phrases=phrases, max_words=max_words), Phrase(phrases=said, max_words=max_words)))
    return Rule(id=f"prompts/{name}", match=match, why=why, hits=hits, misses=misses, languages=_MANY)


def _opening(name: str, phrases: tuple[str, ...], max_words: int, why: str, miss: str) -> Rule:
    """The rule of one kind of prompt: its openings, each with a hit of its own."""
    hits = tuple(f"{phrase} 9 Hollin" for phrase in phrases)
    return Rule(id=f"prompts/{name}", match=Opening(phrases=phrases, max_words=max_words), why=why, hits=hits, misses=(miss,), languages=_MANY)


RULES = (
    Rule(
        id="prompts/line",
        match=AllOf(matches=(Line(labels=_LABELS), _NO_LIST)),
        why="A whole line that is a control, a label or a request of the page.",
        hits=("Show less", "Mehr laden", "Показать ещё", "加载更多"),
        misses=("Loading took nine hours.", "Spenden helfen dem Verein.", "Comentar es fácil.", "Breaking news travels fast."),
        languages=_MANY,
    ),
    Rule(
        id="prompts/alone",
        match=AllOf(matches=(Line(labels=tuple(
            phrase for phrase in (*_COMMENT, *_PAY, *_SUPPORT, *_APP, *_CHANNEL) if phrase[-1] not in ",:" and not phrase.endswith((" on", " to", " e", " with", " von", " mit"))
        )), _NO_LIST)),
        why="A whole line that asks to log in, pay, give, load or follow.",
        hits=("Jetzt App herunterladen", "Tilaa lukeaksesi", "앱 다운로드"),
        misses=("Downloads of the app doubled.",),
        languages=_MANY,
    ),
    Rule(
        id="prompts/rest",
        match=Pattern(regex=r"(?:この記事は[^。]{0,20}。?\s*)?残り:?\s*\d{1,5}\s*文字.{0,20}|pozostało (?:jeszcze )?\d{1,2} ?% artykułu.{0,40}|il vous reste \d{1,2}(?:[.,]\d+)? ?% .{0,80}|noch \d{1,2} ?% des artikels.{0,40}", max_words=20),
        why="How much of the text is held back for subscribers.",
        hits=("残り1200文字", "Pozostało 80% artykułu", "Il vous reste 70% de cet article à lire. La suite est réservée aux abonnés.", "Noch 60 % des Artikels"),
        misses=("残りの文字", "Pozostało 80% załogi"),
        languages=("ja", "pl", "fr", "de"),
    ),
    Rule(
        id="prompts/follow",
        match=AllOf(matches=(Opening(phrases=("Follow",), max_words=9), Phrase(phrases=(
            "on twitter", "on x", "on instagram", "on facebook", "on linkedin", "on bluesky", "on threads", "on google news", "on youtube", "on tiktok", "on mastodon", "on telegram", "on whatsapp", "on flipboard",
        ), max_words=9))),
        why="A short line that asks to follow somebody on a network.",
        hits=tuple(f"Follow Philippa Orme on {name}" for name in (
            "Twitter", "X", "Instagram", "Facebook", "LinkedIn", "Bluesky", "Threads", "Google News", "YouTube", "TikTok", "Mastodon", "Telegram", "WhatsApp", "Flipboard",
        )),
        misses=("Follow the path on foot", "Followers on Twitter were few."),
    ),
    _opening("comment", _COMMENT, 30, "An invitation to comment, or what one must do first.", "What do you think of the ferry?"),
    _opening("member", _MEMBER, 9, "A question whether the reader has an account or a subscription.", "Already a member of the crew, he stayed."),
    _asking(
        "pay", _PAY, _SAYS_PAY, 40, "A notice that the rest is for subscribers, or what to do for it.",
        "To continue reading, she lit a lamp.", "To continue reading, the tariff must be known.", "Um weiterzulesen, zündete sie eine zweite Lampe an.",
    ),
    _asking("support", _SUPPORT, _SAYS_SUPPORT, 40, "A request for money or for a subscription.", "Help us keep the light burning, he wrote.", "Support for journalism is growing."),
    Rule(
        id="prompts/app",
        match=AllOf(matches=(Opening(phrases=_APP, max_words=14), Measure(name="ends_sentence", at_most=0.0), _NO_LIST)),
        why="A request to get the site's app.",
        hits=tuple(f"{phrase} 9 Hollin" for phrase in _APP),
        misses=("Download speeds doubled on the island", "앱 다운로드 수가 두 배로 늘었다."),
        languages=_MANY,
    ),
    _asking("app-store", _APP, _SAYS_STORE, 30, "A request to get the site's app, and where or for how much.", "Download speeds doubled for free.", "Unduh aplikasi itu memakan waktu."),
    _asking("channel", _CHANNEL, _SAYS_NETWORK, 35, "A request to follow the site on another service.", "Follow the channel markers to the pier.", "Theo dõi báo chí, ông biết tàu sẽ trở lại."),
    _asking("report", _REPORT, _SAYS_WRITE, 40, "A request for tips, or to report an error.", "Got a tip? Waiters live on nothing else.", "Нашли ошибку в карте слишком поздно."),
    _asking("continues", _CONTINUES, _SAYS_WHERE, 14, "A notice that the text goes on below something.", "L'articolo continua dopo la virgola.", "Juttu jatkuu vanhassa kylässä."),
    Rule(
        id="prompts/author",
        match=AllOf(matches=(Opening(phrases=_AUTHOR, max_words=9), Measure(name="ends_sentence", at_most=0.0), _NO_LIST)),
        why="A link to everything that an author wrote.",
        hits=tuple(f"{phrase} 9 Hollin" for phrase in _AUTHOR),
        misses=("Mehr von uns blieben an Bord.", "All posts by the pier were painted."),
        languages=_MANY,
    ),
    Rule(
        id="prompts/related",
        match=AllOf(matches=(Opening(phrases=_RELATED, max_words=28), Measure(name="ends_sentence", at_most=0.0))),
        why="A line that opens by pointing to another article.",
        hits=tuple(f"{phrase} 9 Hollin" for phrase in _RELATED),
        misses=("Čtěte tužkou.", "Video recorders were sold."),
        languages=_MANY,
    ),
    Rule(
        id="prompts/read-time",
        match=AllOf(matches=(Pattern(regex=(
            r"(?:lecture|lesedauer|lesezeit|время на чтение|время чтения|час читання|χρόνοσ ανάγνωσησ|읽는 시간|waktu baca|lukuaika|lästid|lesetid|læsetid|leestijd|czas czytania|doba čtení|olvasási idő|timp de citire|okuma süresi)"
            r"\s*:?\s*(?:ca\.?\s*|cirka\s*|około\s*)?\d{1,3}\s*[^\W\d]{1,9}\.?"
            r"|\d{1,3}\s*(?:min(?:uten?)?\.? (?:watch|listen|läsning|lesing|lesetid|leestijd|lesedauer|citire)|dk okuma(?: süresi)?|dakika(?:lık)? okuma(?: süresi)?|perc olvasás|хв читання|мин чтения|分で読めます|분 읽기)"
        ), max_words=8), _NO_LIST)),
        why="How long it takes to read, hear or see this.",
        hits=("Lecture 3 min.", "3 min watch", "3 dakika okuma süresi", "Время на чтение: 3 мин", "Χρόνος ανάγνωσης: 3 λεπτά", "읽는 시간 3분", "3 perc olvasás"),
        misses=("Lecture 3 was cancelled.", "3 min walk", "3 minutes later she read it."),
        languages=_MANY,
    ),
    Rule(
        id="prompts/player",
        match=AllOf(matches=(Pattern(regex=r"(?:current time|remaining time|duration|loaded: ?\d|stream type|playback rate)\s*:?\s*-?\s*(?:\d{1,2}:\d\d(?::\d\d)?|\d{1,3}(?:\.\d+)?%|live|1x)", max_words=5), _NO_LIST)),
        why="A reading of a player's controls.",
        hits=("Current Time 0:00", "Duration 3:24", "Remaining Time -0:10", "Stream Type LIVE"),
        misses=("Duration 3 days", "The current time is 9:14."),
    ),
    Rule(
        id="prompts/credit",
        match=AllOf(matches=(Opening(phrases=(
            "Picture:", "Pictures:", "사진=", "사진 제공=", "사진제공=", "사진 출처=", "写真=", "写真提供=", "画像=", "画像提供:", "责任编辑:", "責任編輯:", "责编:", "编辑:", "校对:", "审核:", "图源:", "图片来源:", "圖片來源:", "圖/", "图/", "Zdjęcie:", "Снимка:", "Фото:", "Photo credit:", "Crédit:", "Crédits:", "Bildrechte:", "Bildquelle:", "Bild:", "Kuvat:", "Kép:", "Fotó:", "Φωτό:", "צילום:", "צילומים:", "تصوير:", "फोटो:", "Ảnh:",
        ), max_words=12), Measure(name="ends_sentence", at_most=0.0), _NO_LIST)),
        why="A line that names who made or sent a picture or a text.",
        hits=tuple(f"{phrase} Hollin" for phrase in (
            "Picture:", "Pictures:", "사진=", "사진 제공=", "사진제공=", "사진 출처=", "写真=", "写真提供=", "画像=", "画像提供:", "责任编辑:", "責任編輯:", "责编:", "编辑:", "校对:", "审核:", "图源:", "图片来源:", "圖片來源:", "圖/", "图/", "Zdjęcie:", "Снимка:", "Фото:", "Photo credit:", "Crédit:", "Crédits:", "Bildrechte:", "Bildquelle:", "Bild:", "Kuvat:", "Kép:", "Fotó:", "Φωτό:", "צילום:", "צילומים:", "تصوير:", "फोटो:", "Ảnh:",
        )),
        misses=("Picture the pier at night", "编辑工作很辛苦", "Bild dir eine Meinung"),
        languages=_MANY,
    ),
    Rule(
        id="prompts/reporter",
        match=Pattern(regex=r"(?:[가-힣]{2,4}\s*)?(?:기자|특파원|인턴기자)\s*[\w.+-]{1,40}@[\w.-]{3,60}", max_words=8),
        why="A reporter's name with the address to write to.",
        hits=("홍길동 기자 hong@harbour.example", "기자 hong@harbour.example"),
        misses=("홍길동 기자가 썼다", "hong@harbour.example"),
        languages=("ko",),
    ),
    Rule(
        id="prompts/notice",
        match=Opening(phrases=(
            "This video cannot be played", "Please enable JavaScript to", "Mit Klick auf den Button", "Mit dem Klick auf", "An dieser Stelle finden Sie externe", "An dieser Stelle befindet sich ein externer", "Ich bin damit einverstanden, dass mir externe", "Bei den mit * gekennzeichneten", "Die mit * gekennzeichneten", "Wir erhalten eine Provision", "Wenn Sie über diese Links einkaufen", "Ce contenu est bloqué", "Ce contenu provient de", "Pour afficher ce contenu",
            "Este contenido está bloqueado", "Para ver este contenido", "Questo contenuto è bloccato", "Este site usa cookies", "Este sitio web utiliza cookies", "Este sitio utiliza cookies", "Ta strona używa", "Używamy plików cookie", "Używamy plików cookies", "Tento web používá", "Používáme soubory cookie", "Táto stránka používa", "Folosim cookie", "Acest site folosește cookie", "Bu sitede çerez", "Мы используем cookie", "Мы используем cookies", "Мы используем файлы cookie", "Ми використовуємо cookie", "Ми використовуємо cookies", "Ми використовуємо файли cookie",
            "Vi bruker informasjonskapsler", "Vi använder kakor", "Vi bruger cookies", "Käytämme evästeitä", "Χρησιμοποιούμε cookies", "Αυτός ο ιστότοπος χρησιμοποιεί", "نستخدم ملفات تعريف", "אתר זה עושה שימוש", "当サイトでは", "本网站使用cookie", "본 사이트는 쿠키", "Situs ini menggunakan cookie", "特别声明:", "免责声明:", "声明:本文",
        ), max_words=60),
        why="A sentence about what the page stores, blocks, loads or earns.",
        hits=tuple(f"{phrase} 9 Hollin" for phrase in (
            "This video cannot be played", "Please enable JavaScript to", "Mit Klick auf den Button", "Mit dem Klick auf", "An dieser Stelle finden Sie externe", "An dieser Stelle befindet sich ein externer", "Ich bin damit einverstanden, dass mir externe", "Bei den mit * gekennzeichneten", "Die mit * gekennzeichneten", "Wir erhalten eine Provision", "Wenn Sie über diese Links einkaufen", "Ce contenu est bloqué", "Ce contenu provient de", "Pour afficher ce contenu",
            "Este contenido está bloqueado", "Para ver este contenido", "Questo contenuto è bloccato", "Este site usa cookies", "Este sitio web utiliza cookies", "Este sitio utiliza cookies", "Ta strona używa", "Używamy plików cookie", "Używamy plików cookies", "Tento web používá", "Používáme soubory cookie", "Táto stránka používa", "Folosim cookie", "Acest site folosește cookie", "Bu sitede çerez", "Мы используем cookie", "Мы используем cookies", "Мы используем файлы cookie", "Ми використовуємо cookie", "Ми використовуємо cookies", "Ми використовуємо файли cookie",
            "Vi bruker informasjonskapsler", "Vi använder kakor", "Vi bruger cookies", "Käytämme evästeitä", "Χρησιμοποιούμε cookies", "Αυτός ο ιστότοπος χρησιμοποιεί", "نستخدم ملفات تعريف", "אתר זה עושה שימוש", "当サイトでは", "本网站使用cookie", "본 사이트는 쿠키", "Situs ini menggunakan cookie", "特别声明:", "免责声明:", "声明:本文",
        )),
        misses=("Ta strona księgi jest pusta.", "Mit dem Klick begann es.", "An dieser Stelle stand ein Turm."),
        languages=_MANY,
    ),
)
