"""Heads and prompts of comment sections."""

# fmt: off
from cleaner.rule import AllOf, Line, Measure, Pattern, Phrase, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="comments/line",
        match=AllOf(matches=(Line(labels=(
            "Comments", "Leave a comment", "Leave a reply", "Add a comment", "Add comment", "Post a comment", "Post comment", "Write a comment", "View comments",
            "View all comments", "Show comments", "Hide comments", "Read comments", "See comments", "Read the comments", "Load comments", "Load more comments",
            "Join the conversation", "Join the discussion", "Join the debate", "Start the conversation", "Have your say", "Let us know in the comments", "Be the first to comment",
            "No comments", "No comments yet", "Comments are closed", "Comments off", "Report comment", "Report a comment", "Report an error", "Report a typo", "Jump to comments",
            "Skip to comments", "Newest first", "Was this article helpful?", "Was this page helpful?", "Rate this article", "Rate this post", "Send us feedback", "Send feedback",
            "Give feedback", "Share your thoughts", "Found a mistake?", "Your comment", "Commenting guidelines", "Comment policy", "Kommentare", "Kommentare öffnen",
            "Kommentare anzeigen", "Kommentare lesen", "Kommentare ausblenden", "Kommentar schreiben", "Kommentar verfassen", "Kommentar hinterlassen", "Kommentieren",
            "Jetzt kommentieren", "Artikel kommentieren", "Keine Kommentare", "Diskutieren Sie mit", "Mitdiskutieren", "Zu den Kommentaren", "Schreiben Sie einen Kommentar",
            "Schreibe einen Kommentar", "Fehler melden", "Fehler gefunden?", "Ihr Kommentar", "Leserkommentare", "Alle Kommentare anzeigen", "War dieser Artikel hilfreich?",
            "Commentaires", "Laisser un commentaire", "Ajouter un commentaire", "Voir les commentaires", "Lire les commentaires", "Poster un commentaire", "Aucun commentaire",
            "Afficher les commentaires", "Réagissez", "Réagir à cet article", "Écrire un commentaire", "Donnez votre avis", "Signaler une erreur", "Tous les commentaires",
            "Soyez le premier à commenter", "Votre commentaire", "Comentarios", "Deja un comentario", "Dejar un comentario", "Deja tu comentario", "Ver comentarios",
            "Añadir comentario", "Agregar comentario", "Escribe un comentario", "Sin comentarios", "Sé el primero en comentar", "Reportar error", "Reportar un error",
            "Únete a la conversación", "Publicar comentario", "Deja una respuesta", "Comentários", "Deixe um comentário", "Deixe seu comentário", "Deixe o seu comentário",
            "Ver comentários", "Adicionar comentário", "Nenhum comentário", "Deixe uma resposta", "Seja o primeiro a comentar", "Comunicar erro", "Commenti", "Lascia un commento",
            "Scrivi un commento", "Aggiungi un commento", "Leggi i commenti", "Nessun commento", "Vedi i commenti", "Mostra commenti", "Lascia una risposta", "Reacties", "Reageer",
            "Plaats een reactie", "Geef een reactie", "Bekijk reacties", "Toon reacties", "Lees de reacties", "Laat een reactie achter", "Geen reacties", "Kommentarer",
            "Skriv en kommentar", "Lämna en kommentar", "Visa kommentarer", "Inga kommentarer", "Vis kommentarer", "Skriv kommentar", "Legg igjen en kommentar", "Ingen kommentarer",
            "Delta i debatten", "Efterlad en kommentar", "Kommentér", "Kommentit", "Kommentoi", "Jätä kommentti", "Näytä kommentit", "Lue kommentit", "Osallistu keskusteluun",
            "Skrifa ummæli", "Komentarze", "Skomentuj", "Dodaj komentarz", "Zostaw komentarz", "Napisz komentarz", "Zobacz komentarze", "Pokaż komentarze", "Brak komentarzy",
            "Dołącz do dyskusji", "Zgłoś błąd", "Komentáře", "Komentovat", "Přidat komentář", "Vstoupit do diskuse", "Napsat komentář", "Zobrazit komentáře", "Komentáre",
            "Pridať komentár", "Vstúpiť do diskusie", "Hozzászólások", "Szólj hozzá", "Kommentek", "Új hozzászólás", "Comentarii", "Lasă un comentariu", "Adaugă comentariu",
            "Adaugă un comentariu", "Comentează", "Scrie un comentariu", "Комментарии", "Комментировать", "Оставить комментарий", "Добавить комментарий", "Написать комментарий",
            "Показать комментарии", "Читать комментарии", "Нет комментариев", "Обсудить", "Прокомментировать", "Сообщить об ошибке", "Нашли ошибку?", "Коментарі", "Коментувати",
            "Залишити коментар", "Додати коментар", "Прокоментувати", "Каментары", "Коментари", "Коментирай", "Напиши коментар", "Добави коментар", "Остави коментар", "Komentari",
            "Komentiraj", "Komentirajte", "Ostavi komentar", "Ostavite komentar", "Dodaj komentar", "Pošalji komentar", "Prikaži komentare", "Vidi komentare", "Komentarji",
            "Σχόλια", "Σχολιάστε", "Αφήστε σχόλιο", "Γράψτε ένα σχόλιο", "Προσθήκη σχολίου", "Yorumlar", "Yorum yap", "Yorum yaz", "Yorum ekle", "Yorumunuzu yazın",
            "İlk yorumu siz yapın", "Tüm yorumlar", "التعليقات", "تعليقات", "أضف تعليق", "أضف تعليقا", "أضف تعليقك", "اترك تعليقا", "اترك تعليقاً", "اترك رد", "اترك ردا", "نظرات",
            "دیدگاه\u200cها", "ارسال نظر", "نظر شما", "תגובות", "הוסף תגובה", "הוספת תגובה", "כתבו תגובה", "टिप्पणियां", "कमेंट करें", "टिप्पणी करें", "মন্তব্য", "মন্তব্য করুন",
            "評論", "评论", "发表评论", "發表評論", "我要评论", "發表留言", "写评论", "查看评论", "全部评论", "コメント", "コメントする", "コメントを書く", "コメントを残す", "コメントを投稿", "コメントを見る", "コメント一覧", "ご意見・ご感想", "댓글", "댓글쓰기",
            "댓글 쓰기", "댓글 달기", "댓글 보기", "댓글보기", "ความคิดเห็น", "แสดงความคิดเห็น", "Bình luận", "Viết bình luận", "Gửi bình luận", "Ý kiến bạn đọc", "Komentar", "Tulis komentar",
            "Beri komentar", "Lihat komentar", "Maoni", "Comentaris", "Deixa un comentari", "Komentāri", "Pievienot komentāru", "Komentarai", "Komentuoti", "Kommentaarid",
            "Lisa kommentaar",
        )), Measure(name="in_list", at_most=0.0))),
        why="The head of a comment section or a prompt to write there.",
        hits=("Comments", "COMMENTS", "Comments 2", "Join the conversation", "Kommentare öffnen", "评论"),
        misses=("Comments on the plan", "Comment sections", "No comments from the mayor"),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "be", "bg", "hr", "sl", "el", "tr", "ar", "fa", "he", "hi",
            "bn", "zh", "ja", "ko", "th", "vi", "id", "ca", "lv", "lt", "et",
        ),
    ),
    Rule(
        id="comments/count",
        match=Pattern(regex=r"(?:\(?\d[\d., ]{0,7}\)?|no|one|keine|aucun|sin|brak|нет) ?(?:comments?|replies|reply|kommentare?|commentaires?|comentarios?|comentários?|commenti|commento|reacties?|kommentarer|kommenttia|komentarzy|komentarze?|komentářů|komentárov|hozzászólás|comentarii|комментари(?:ев|й|я)|коментарі?в?|komentara|σχόλια|yorum|تعليقات?|תגובות|条评论|則留言|件のコメント|개의 댓글|bình luận|komentar)|(?:comments?|kommentare|commentaires|comentarios|comentários|commenti|reacties|komentarze|комментарии|댓글|コメント|评论) ?[:(] ?\d{1,5} ?\)?", max_words=6),
        why="The number of comments.",
        hits=("941 comments", "5 Kommentare", "Comments (12", "12 comentarios", "3条评论"),
        misses=("941 commentaries", "5 Kommentare lesen nur Narren"),
        languages=("en", "de", "fr", "es", "pt", "it", "nl", "sv", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "hr", "el", "tr", "ar", "he", "zh", "ja", "ko", "vi", "id"),
    ),
    Rule(
        id="comments/phrase",
        match=Phrase(phrases=(
            "in the comments below", "in the comment section below", "comments section below", "leave a comment below", "let us know in the comments", "let me know in the comments",
            "tell us in the comments", "share your thoughts in the comments", "share them in the comments", "join the conversation in", "your email address will not be published",
            "comments are closed", "comments are moderated", "view the discussion thread", "kommentare von lesern", "kommentare geben nicht", "diese diskussion ist geschlossen",
            "déjanos tu comentario", "deja tu comentario", "laat het ons weten in de reacties", "reply to this newsletter",
        ), max_words=30),
        why="A sentence whose words only a prompt to comment uses.",
        hits=(
            "Please in the comments below", "Please in the comment section below", "Please comments section below", "Please leave a comment below",
            "Please let us know in the comments", "Please let me know in the comments", "Please tell us in the comments", "Please share your thoughts in the comments",
            "Please share them in the comments", "Please join the conversation in", "Please your email address will not be published", "Please comments are closed",
            "Please comments are moderated", "Please view the discussion thread", "Please kommentare von lesern", "Please kommentare geben nicht",
            "Please diese diskussion ist geschlossen", "Please déjanos tu comentario", "Please deja tu comentario", "Please laat het ons weten in de reacties",
            "Please reply to this newsletter",
        ),
        misses=("The comments below the drawing are by his sister.", "He left a comment."),
        languages=("en", "de", "es", "nl"),
    ),
    Rule(
        id="comments/box",
        match=AllOf(matches=(Token(tokens=(
            "disqus", "disqus_thread", "comment-form", "commentform", "comment-respond", "comments-title", "comment-reply-title", "fb-comments", "comment-count", "comments-link",
        ), max_words=20), Measure(name="ends_sentence", at_most=0.0))),
        why="A short line of the form or the head of a comment section.",
        hits=("3 thoughts on the keeper's wife", "Name *"),
        misses=("He had three thoughts.",),
        languages=("en",),
    ),
)
