import gzip

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.pages import *
from tests.test_pages import build, client_of, content_of, visit


def test_measure(db):
    out={}
    for n in (1,3):
        sid=transaction.savepoint()
        people=build(n)
        for page in PAGES+FILES:
            try:
                st=tuple(visit(page,people,w).status_code for w in PEOPLE)
                good=[w for w,c in zip(PEOPLE,st) if c in (200,410)]
                who = page.person if page.person in good else (good or PEOPLE)[0]
                c=client_of(people[who]); a=page.address("en",people["focal point"])
                content_of(c.get(a))
                with CaptureQueriesContext(connection) as q: r=c.get(a); body=content_of(r)
                out.setdefault(page.title,[]).append((st,who,len(q),len(gzip.compress(body))))
                if page.title in __import__('os').environ.get("SHOW","").split(","):
                    print("=====",page.title,n); print("\n".join(x["sql"][:300] for x in q))
            except Exception as e:
                out.setdefault(page.title,[]).append(repr(e)[:150])
        transaction.savepoint_rollback(sid)
    for page in PAGES+FILES:
        o=out[page.title]
        if isinstance(o[0],str) or isinstance(o[1],str): print("!!",page.title,o); continue
        (s1,w1,q1,g1),(s3,w3,q3,g3)=o
        print(f"{page.title:32} {s1}{'' if s1==s3 else s3}{'' if s1==page.answers else '  != '+str(page.answers)} {w1} q={q1}/{q3} {'<<<' if q1!=q3 else ''} html={g1}/{g3}{' HEAVY' if g3>15000 else ''}")
