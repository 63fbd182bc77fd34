import re,sys
def sub(path, *pairs):
    s=open(path).read()
    for a,b in pairs:
        if a not in s: print("MISSING in",path,":",a[:70]); continue
        s=s.replace(a,b,1)
    open(path,'w').write(s)
