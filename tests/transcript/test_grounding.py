import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import check_growth, processor_time
from viewer.transcript.grounding import State, Statement, ground_claims
from viewer.transcript.model import Cue, Track, Transcript

TALK = """
Welcome back to the workshop, today we are repairing an old wooden rowing boat.
My grandfather built her in nineteen places at once, as he liked to joke.
The first thing you notice is that the planks have dried out completely.
When cedar dries it shrinks, and the seams between the planks open up.
So before you caulk anything, put her back in the lake for three days.
The wood drinks the water and swells until most of the leaks close by themselves.
Now let us talk about tools, because people always buy far too many.
You need a caulking iron, a mallet, and a knife that you keep properly sharp.
I paid forty-two dollars for this mallet at a flea market in Lübeck.
The man who sold it, Jens Pfeffer, was a ship's carpenter for thirty years.
He told me that varnish is a promise and paint is an apology.
What he meant is that varnish shows everything underneath it, every mistake.
Linseed oil takes about a week to cure, longer if the shed is damp.
Never leave oily rags in a heap, they can catch fire on their own.
That happened to a friend of mine and the whole boathouse burned down.
The insurance company refused to pay because the rags were not stored in metal.
Let us look at the oars, which are made of spruce.
Spruce is light and it bends a long way before it breaks.
If the blade is cracked you can bind it with copper nails and rivets.
About sixty percent of the boats I see have rotten transoms.
Rot starts where fresh water stands, so salt is actually your friend here.
Old fishermen poured salt into the bilge every autumn for that reason.
A keel bolt that looks fine outside may be wasted to a pencil inside.
Pull one bolt every season and you will know how the others are doing.
We launched her at dawn and she leaked like a basket for an hour.
After that hour the pump stopped running and my daughter rowed across the bay.
Thank you for watching, and tell me about your own boat.
""".strip().splitlines()


def make_transcript(lines=TALK, *, language="en", every=10.0, unreliable=()):
    return Transcript(
        track=Track(language=language),
        cues=tuple(Cue(at * every, (at + 1) * every, line) for at, line in enumerate(lines)),
        unreliable=tuple(unreliable),
    )


def second_of(words, lines=TALK, every=10.0):
    return next(at * every for at, line in enumerate(lines) if words in line)


def ground(text, *starts, transcript=None):
    return ground_claims([Statement(text, starts)], transcript or make_transcript()).claims[0]


OARS = "Oars of spruce are light and bend far before breaking"
RAGS = "Heaps of oily rags may ignite, which burned down a friend's boathouse"
SALT = "Fishermen used to pour salt in the bilge in autumn against rot"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(OARS, "Spruce is light", id="other forms of the words"),
        pytest.param(RAGS, "oily rags", id="a claim that sums up two sentences"),
        pytest.param("The mallet cost $42 in Lübeck", "forty-two", id="a number in digits"),
        pytest.param("60% of boats have a rotten transom", "sixty percent", id="a share in digits"),
        pytest.param('"Varnish is a promise and paint is an apology"', "promise", id="a quotation"),
        pytest.param("Yens Feffer worked as a carpenter on ships", "Pfeffer", id="a misheard name"),
        pytest.param("The boat house of a friend burned", "boathouse", id="a word in two"),
    ],
)
def test_a_claim_is_found_where_it_is_said(text, words):
    start = second_of(words)
    found = ground(text, int(start))
    assert found.state is State.GROUNDED
    assert found.start <= start + 10
    assert start <= found.end
    assert abs(found.distance) <= 20
    assert found.distance == found.start - int(start)
    assert found.confidence > 0.5
    assert words in found.text or abs(found.distance) <= 10


@pytest.mark.parametrize(("text", "words"), [(OARS, "Spruce is"), (RAGS, "oily"), (SALT, "poured")])
def test_a_moved_stamp_is_told_with_the_second_where_it_is_said(text, words):
    start = second_of(words)
    moved = int(start - 120 if start > 130 else start + 120)
    found = ground(text, moved)
    assert found.state is State.ELSEWHERE
    assert abs(found.start - start) <= 10
    assert found.distance == found.start - moved


def test_one_right_stamp_of_several_grounds_a_claim():
    found = ground(OARS, 5, int(second_of("Spruce is")), 250)
    assert found.state is State.GROUNDED


def test_a_claim_without_stamp_shows_its_passage_and_no_distance():
    found = ground(RAGS)
    assert (found.state, found.distance) == (State.GROUNDED, None)
    assert "rags" in found.text


def test_a_claim_stamped_past_the_end_is_found_elsewhere():
    assert ground(RAGS, 9000).state is State.ELSEWHERE


def test_of_two_passages_that_say_the_same_the_one_at_the_stamp_is_shown():
    again = [*TALK, *["We talked about the weather and other things for a while."] * 6, TALK[13]]
    transcript = make_transcript(again)
    assert ground(RAGS, 130, transcript=transcript).start == 130
    late = 10 * (len(again) - 1)
    found = ground("Oily rags left in a heap catch fire on their own", late, transcript=transcript)
    assert found.start == late


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Central banks raised interest rates to fight inflation", id="other matters"),
        pytest.param("Conclusion", id="a heading of one word"),
        pytest.param("Key Takeaways and Tools", id="a heading of a few words"),
        pytest.param("What it is about, and what they said of that", id="common words alone"),
    ],
)
@pytest.mark.parametrize("start", [60, 200])
def test_what_is_not_said_is_not_found(text, start):
    found = ground(text, start)
    assert found.state is State.NOT_FOUND
    assert (found.start, found.end, found.distance, found.text) == (None, None, None, "")
    assert found.confidence < 0.5


def test_a_claim_without_words_has_no_grounding():
    for text in ("", " … — !"):
        assert ground(text, 10).state is State.NONE


def test_without_cues_no_claim_has_a_grounding():
    for lines in ([], ["", "♪"]):
        found = ground_claims([Statement(OARS, (10,))], make_transcript(lines))
        assert [one.state for one in found.claims] == [State.NONE]
        assert not found.is_foreign


GERMAN = """
Heute sprechen wir über das Brauen von Bier in kleinen Kesseln zu Hause.
Zuerst wird das Malz geschrotet und mit warmem Wasser vermischt.
Die Maische muss dreiundzwanzig Minuten lang bei zweiundsechzig Grad ruhen.
Danach läutern wir, das heißt, wir trennen die Würze von den Spelzen.
Der Hopfen kommt erst in den Topf, wenn alles kräftig kocht.
Später gärt das Bier im Keller, und die Hefe verwandelt Zucker in Alkohol.
""".strip().splitlines()
SPANISH = """
Hoy vamos a hablar de las abejas que viven en las montañas del norte.
Cada colmena tiene una reina y miles de obreras muy trabajadoras.
Las flores del romero producen una miel clara y muy aromática.
En invierno las abejas se agrupan y consumen sus reservas lentamente.
El apicultor revisa los panales veintitrés veces durante la temporada.
Los pesticidas destruyeron casi la mitad de las poblaciones silvestres.
""".strip().splitlines()
FRENCH = """
Aujourd'hui nous parlons des fromages affinés dans les caves humides.
Le lait cru est chauffé doucement avant l'ajout de la présure.
Ensuite les meules sont retournées et salées chaque semaine à la main.
Une croûte grise protège la pâte pendant quatre-vingt-dix jours.
Les vaches montagnardes mangent des herbes très parfumées en été.
Le goût devient plus puissant quand le vieillissement se prolonge.
""".strip().splitlines()
PORTUGUESE = """
Hoje conversamos sobre os pescadores que vivem naquela ilha distante.
As redes são remendadas pelas mulheres antes da madrugada.
O vento mudou de direção e o barco encalhou nos rochedos.
Eles vendem sardinhas frescas no mercado por trinta e cinco moedas.
As crianças aprendem a nadar antes de caminhar direito.
A tempestade destruiu o farol que iluminava a entrada da baía.
""".strip().splitlines()
RUSSIAN = """
Сегодня мы говорим о старинных часах, которые стояли на башне.
Мастер разобрал механизм и почистил каждую шестерню щёткой.
Тяжёлые гири опускаются медленно и приводят стрелки в движение.
Колокол отлили из бронзы двести сорок лет назад.
Зимой масло густеет, и маятник качается гораздо ленивее.
Город заплатил за ремонт из средств местного музея.
""".strip().splitlines()
CHINESE = """
今天我们来谈谈山里的茶园和采茶的季节
春天的嫩芽要在清晨用手采摘下来
采下的茶叶先摊开晾干几个小时
然后放进铁锅里翻炒去掉水分
老师傅说火候比什么都重要
最后把茶叶装进陶罐里密封保存
""".strip().splitlines()
FINNISHLIKE = """
Zorba kelutani miravo pestulin domaka verinosto
Hulmira tosevak lindoru pastemi korvanil
Gestufa mirlonda tervaki sopulen dastriko
Velmorin kastupa jorendil mesofra tulvani
Borsheki nalmudor fintagel roskvima pelodun
Tamrusil vekordan hospila gurmento saldiver
""".strip().splitlines()


@pytest.mark.parametrize(
    ("language", "lines", "text", "place"),
    [
        pytest.param("de", GERMAN, "Die Maische ruht 23 Minuten bei 62 Grad", 2, id="German"),
        pytest.param("de-AT", GERMAN, "Hefen verwandeln den Zucker", 5, id="German of a region"),
        pytest.param("es", SPANISH, "Los pesticidas han destruido poblaciones", 5, id="Spanish"),
        pytest.param("es", SPANISH, "Revisar cada panal 23 veces", 4, id="a Spanish number"),
        pytest.param("fr", FRENCH, "La croûte grise protégeait les pâtes 90 jours", 3, id="French"),
        pytest.param(
            "pt", PORTUGUESE, "Venda de sardinha fresca por 35 moedas", 3, id="Portuguese"
        ),
        pytest.param("ru", RUSSIAN, "Бронзовый колокол отлит 240 лет назад", 3, id="Russian"),
        pytest.param("ru", RUSSIAN, "Зимой маятники качаются ленивее", 4, id="Russian endings"),
        pytest.param("zh", CHINESE, "放进铁锅翻炒以去掉水分", 3, id="Chinese"),
        pytest.param("xx", FINNISHLIKE, "Jorendil: mesofra, velmorin tulvani", 3, id="unknown"),
        pytest.param("und", SPANISH, "miel clara y aromática del romero", 2, id="not known"),
    ],
)
def test_languages(language, lines, text, place):
    transcript = make_transcript(lines, language=language, every=60.0)
    found = ground(text, 60 * place, transcript=transcript)
    assert found.state is State.GROUNDED
    assert found.start == 60 * place
    assert lines[place] in found.text


CLAIMS = (OARS, RAGS, SALT, "A mallet and a sharp knife are tools you need", "Cedar planks shrink")


def test_a_foreign_transcript_is_told_once_and_no_claim_is_accused():
    claims = [Statement(text, (60 * at,)) for at, text in enumerate(CLAIMS * 3)]
    for lines in (GERMAN * 5, [f"My {line.lower()}" for line in ENGLISH_OTHER]):
        found = ground_claims(claims, make_transcript(lines))
        assert found.is_foreign
        assert {one.state for one in found.claims} == {State.NONE}
        assert all(one.confidence < 0.3 and not one.text for one in found.claims)


ENGLISH_OTHER = (
    """
Interest rates went up again this quarter and lenders are nervous about mortgages.
Central banks believe that inflation will come down by the summer.
Our guest studied economics at Princeton and later advised the treasury.
She thinks that housing is the part of the index that everybody gets wrong.
Rents follow prices with a delay of more than a year.
Unemployment is low, which makes a recession hard to imagine right now.
""".strip().splitlines()
    * 6
)


def test_moved_stamps_do_not_make_a_transcript_foreign():
    claims = [Statement(text, (265,)) for text in CLAIMS]
    found = ground_claims(claims, make_transcript())
    assert not found.is_foreign
    assert sum(one.state is State.ELSEWHERE for one in found.claims) >= 3


@pytest.mark.parametrize(
    ("start", "stretch"),
    [
        pytest.param(20, (0.0, 60.0), id="the stamp is in it"),
        pytest.param(20, (130.0, 160.0), id="the passage is in it"),
        pytest.param(20, (40.0, 60.0), id="what is said at the stamp may be in it"),
    ],
)
def test_a_stamp_is_not_accused_where_the_times_are_wrong(start, stretch):
    assert ground(RAGS, start).state is State.ELSEWHERE
    transcript = make_transcript(unreliable=[stretch])
    assert ground(RAGS, start, transcript=transcript).state is State.UNRELIABLE


TEXTS = st.text(max_size=60) | st.sampled_from([*CLAIMS, *TALK, *CHINESE, *RUSSIAN, "42", "%"])
LANGUAGES = st.sampled_from(["en", "de", "pt-BR", "zh", "und", "", "q\ud800"])


@settings(max_examples=150)
@given(
    claims=st.lists(
        st.tuples(TEXTS, st.lists(st.integers(-10, 10**6), max_size=3).map(tuple)), max_size=9
    ),
    lines=st.lists(st.tuples(TEXTS, st.floats(0, 30)), max_size=20),
    language=LANGUAGES,
    unreliable=st.booleans(),
)
def test_whatever_comes_each_claim_has_one_grounding(claims, lines, language, unreliable):
    cues, at = [], 0.0
    for text, long in lines:
        cues.append(Cue(at, at + long, text))
        at += long
    transcript = Transcript(
        track=Track(language=language),
        cues=tuple(cues),
        unreliable=((5.0, 20.0),) if unreliable else (),
    )
    statements = [Statement(*claim) for claim in claims]
    found = ground_claims(statements, transcript)
    assert found == ground_claims(statements, transcript)
    assert len(found.claims) == len(claims)
    for statement, one in zip(statements, found.claims, strict=True):
        assert 0 <= one.confidence <= 1
        assert (one.start is None) == (one.end is None) == (not one.text)
        if one.start is not None:
            assert 0 <= one.start <= one.end <= at
            assert one.start in {cue.start for cue in cues}
            assert (one.distance is None) == (not statement.starts)
        if one.state in (State.GROUNDED, State.ELSEWHERE):
            assert one.start is not None
            assert one.confidence >= 0.5


def make_long(cues, claims):
    chance = random.Random(8)
    words = [chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(200)]
    stock = ["".join(chance.sample(words, 3)) for _ in range(3000)]
    weights = [1 / (rank + 1) for rank in range(len(stock))]
    lines = [" ".join(chance.choices(stock, weights, k=8)) for _ in range(cues)]
    statements = []
    for _ in range(claims):
        place = chance.randrange(cues - 2)
        said = " ".join(lines[place : place + 2]).split()
        statements.append(Statement(" ".join(chance.sample(said, 12)), (3 * place,)))
    return statements, make_transcript(lines, every=3.0)


def test_a_long_video_takes_about_as_much_longer_as_it_has_more_claims():
    def measure(claims: int) -> float:
        statements, transcript = make_long(3000, claims)
        return processor_time(lambda: ground_claims(statements, transcript))

    check_growth(measure, 200)


def test_the_claims_of_a_long_video_are_found():
    found = ground_claims(*make_long(3000, 200))
    assert sum(one.state is State.GROUNDED for one in found.claims) > 160
