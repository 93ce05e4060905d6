"""Lists the words for what happens on a date, by the tag of their language."""

from __future__ import annotations

EVENT_NOUNS = {
    "en": r"summit|meeting|conference|exercises?|election|vote|referendum|festival|forum|congress|assembly|session|talks|deadline|launch|opening|premiere|match|tournament|cup|games|hearing|visit|briefing|workshop|seminar|symposium|convention|concert|exhibition|fair|race|release|anniversary|ceremony|council|debate|strike|march|trial|parade|lecture|call|championship|negotiations|consultations|elections|competition|contest|regatta|hike|derby|hackathon|meetup|marathon|reception|retreat|webinar|course|exam|examination|auction|market|show|tour|final|finals|gala|open day|celebration|census|inauguration",
    "ru": r"саммит\w*|встреч\w+|конференци\w+|учени\w+|выбор\w+|голосовани\w+|фестивал\w+|форум\w*|конгресс\w*|заседани\w+|сесси\w+|переговор\w+|открыти\w+|премьер\w+|матч\w*|игр\w+|визит\w*|брифинг\w*|семинар\w*|выставк\w+|концерт\w*|годовщин\w+|юбиле\w+|церемони\w+|совещани\w+|съезд\w*",
    "de": r"\w*(?:sitzung|versammlung|konferenz|tagung|treffen|fest|festspiele|markt|messe|wahl|wahlen|konzert|vortrag|lesung|ausstellung|eröffnung|premiere|spiel|lauf|turnier|seminar|workshop|kurs|schluss|gipfel|kongress|forum|demonstration|streik|feier|flohmarkt|basar|prüfung|abend|nacht|tag der offenen tür|marathon|frist|führung|wanderung)",
    "es": r"mercad\w+|cumbre|reunión|congreso|conferencia|asamblea|festival|feria|concierto|elecciones|votación|referéndum|foro|sesión|jornadas?|seminario|taller|curso|exposición|inauguración|estreno|partido|torneo|carrera|maratón|fiestas?|encuentro|plazo|visita|ceremonia|huelga|manifestación|subasta|examen|debate|charla",
    "ar": r"\w*(?:قمة|مؤتمر|اجتماع|مهرجان|معرض|انتخابات|منتدى|جلسة|ندوة|ورشة|دورة|حفلة?|مباراة|بطولة|زيارة|افتتاح|محاضرة|ملتقى|سباق|ماراثون)",
    "zh": r"峰会|会议|大会|会晤|会谈|论坛|演习|选举|投票|节|展会|发布会|典礼|比赛|奥运会|谈判|访问|研讨会|周年|座谈会|音乐会|展览|讲座|演出",
}
