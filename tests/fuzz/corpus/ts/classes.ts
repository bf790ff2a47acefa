# two series, classes
@problemName Demo
@timeStamps false
@univariate false
@equalLength false
@classLabel true up down
@data
1,2.5,3:10,20,?:up
-4,5:-40,50:down
