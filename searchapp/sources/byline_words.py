"""Words that tell the parts of a byline apart: agencies, roles, places, and the small words of names.

The lists hold what newspapers write most often; a word in none of them is taken for part of a name.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


def _agencies(text: str) -> dict[str, str]:
    """Parse lines ``name: variant, ...`` into a mapping from each variant, in lower case, to the name."""
    lines = (line.strip().partition(":") for line in text.strip().splitlines())
    return {
        written.casefold(): name for name, _, others in lines for written in (name, *filter(None, _phrases(others)))
    }


AGENCIES = _agencies(
    """
    Reuters: thomson reuters, رويترز, ロイター, рейтер
    AP: a.p, associated press, the associated press, أ ب, أ.ب, أسوشيتد برس, اسوشيتد برس
    AFP: a.f.p, agence france-presse, agence france presse, أ ف ب, ا ف ب, أ.ف.ب, ا.ف.ب, فرانس برس, الفرنسية
    dpa: deutsche presse-agentur, د ب أ, د ب ا, د.ب.أ, الألمانية
    UPI: united press international, يو بي اي, يو بي آي
    Agencies: agency, news agencies, the agencies, agency reports, wire reports, wire services, news services, wires
    Bloomberg: bloomberg news
    PA: pa media, press association, the press association
    EFE: agencia efe
    SPA: saudi press agency
    واس: وأس, و ا س, وكالة الأنباء السعودية
    وكالات: الوكالات, ووكالات, وكالات الأنباء
    TASS: itar-tass, тасс, итар-тасс
    RIA Novosti: ria, риа новости
    Interfax: интерфакс
    Xinhua: xinhua news agency, 新华社, 新华网
    Kyodo: kyodo news, 共同通信
    Anadolu: anadolu agency, anadolu ajansı, aa, الأناضول
    IRNA: irna english, ایرنا
    Agencias: agencia
    McClatchy: mcclatchy newspapers
    Europa Press
    CNN Wire
    """
) | {
    name.casefold(): name
    for name in _words(
        """
    Agenturen Agences ANSA APA SDA Belga ANP Lusa NTB Ritzau PTI ANI IANS SID KNA epd AFX MENA Yonhap Jiji
    Antara Bernama Tasnim Mehr WAM QNA PAP ČTK MTI Hina Tanjug JTA UNI Sana Petra DHA İHA KUNA ISNA
    """
    )
}

ROLES = _words(
    """
    staff writer writers reporter reporters correspondent correspondents editor editors columnist columnists
    bureau desk newsroom contributor contributors contributing photographer photographers journalist producer
    analyst commentator critic newsdesk editorial team crew intern freelance exclusive special wire services
    redaktion redakteur redakteurin redaktor reporterin korrespondent korrespondentin autor autorin gastbeitrag
    journaliste envoyé envoyée correspondant correspondante rédaction rédacteur rédactrice redacción enviado
    enviada corresponsal redactor redactora periodista especial redazione inviato inviata corrispondente
    giornalista redação корреспондент редакция журналист обозреватель специально مراسل مراسلة مراسلنا المراسل
    مندوب محرر التحرير متابعة متابعات خاص تقرير تحقيق كتب كتبت بقلم تصوير حوار ترجمة المحرر
    기자 특파원 논설위원 記者 记者
    編集委員 特派員
    """
)
ROLE_STARTS = _words("staff senior chief special contributing associated deputy guest freelance")  # after a bare name
PARTICLES = _words(
    """
    de del della delle dei di da do dos das du des d' la le les lo los las el al ul van von der den dem ter ten
    te zu zur zum y e i af av bin ben ibn bint abu of the st
    """
)
PLACES = _phrases(
    """
    amsterdam, ankara, athens, baghdad, bangkok, barcelona, beijing, beirut, berlin, bonn, boston, brussels,
    bruxelles, brüssel, budapest, cairo, chicago, copenhagen, dallas, damascus, delhi, new delhi, detroit,
    dubai, dublin, düsseldorf, frankfurt, geneva, genf, hamburg, hanoi, helsinki, hong kong, houston, istanbul,
    jakarta, jerusalem, johannesburg, kabul, karachi, kiev, kyiv, köln, lille, lisbon, london, londres, los
    angeles, madrid, manila, melbourne, mexico city, miami, milan, moscow, moskau, mumbai, munich, münchen,
    nairobi, new york, oslo, ottawa, paris, philadelphia, prague, prag, rio de janeiro, rome, roma, rom, san
    francisco, santiago, sao paulo, são paulo, seattle, seoul, shanghai, singapore, stockholm, stuttgart,
    sydney, taipei, tehran, teheran, tel aviv, tokyo, toronto, tunis, vienna, wien, warsaw, washington, zurich,
    zürich, москва, киев, الرياض, جدة, مكة, مكة المكرمة, المدينة, المدينة المنورة, الدمام, الخبر, الظهران,
    الأحساء, الاحساء, الهفوف, المبرز, القطيف, الجبيل, الطائف, تبوك, بريدة, عنيزة, القصيم, حائل, أبها, ابها, خميس
    مشيط, عسير, جازان, جيزان, نجران, الباحة, الجوف, سكاكا, عرعر, ينبع, رفحاء, الخرج, المجمعة, شقراء, الدوادمي,
    وادي الدواسر, الزلفي, حفر الباطن, بيشة, القنفذة, الليث, رابغ, صبيا, محايل, محايل عسير, الأفلاج, طريف,
    القريات, دومة الجندل, الرس, الدرعية, مكه المكرمه, مكه, جده, الطايف, ابوظبي, أبوظبي, دبي, الشارقة, الدوحة,
    المنامة, الكويت, مسقط, صنعاء, عدن, تعز, القاهرة, الإسكندرية, الخرطوم, طرابلس, بنغازي, تونس, الجزائر, الرباط,
    الدار البيضاء, نواكشوط, بغداد, أربيل, البصرة, دمشق, حلب, بيروت, عمان, عمّان, القدس, القدس المحتلة, غزة, رام
    الله, لندن, باريس, برلين, موسكو, واشنطن, نيويورك, أنقرة, إسطنبول, اسطنبول, طهران, جنيف, بروكسل, روما, مدريد,
    فيينا, بكين, طوكيو, نيودلهي, إسلام آباد, اسلام اباد, كابل, كابول, مقديشو, عواصم, عواصم عربية, أثينا, لاهاي
    """
)
